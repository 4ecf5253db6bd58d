import { render } from 'preact-render-to-string'
import { describe, expect, it } from 'vitest'
import { Bars } from './bars.tsx'
import { WorldMap, type WorldMapProps } from './world-map.tsx'
import { worldSprite } from './world-sprite.ts'

const labels = {
  country: 'Pays',
  count: 'Pages',
  place: 'Lieu',
  table: 'Voir le tableau',
  skip: 'Passer la carte',
}
const countries = [
  { code: 'TG', label: 'Togo', count: 9, href: '/pages?country=TG' },
  { code: 'PA', label: 'Panama', count: 57, href: '/pages?country=PA' },
  { code: 'QQ', label: 'Atlantide', count: 3, href: '/pages?country=QQ' },
]
const map = (props: Partial<WorldMapProps> = {}): string =>
  render(
    <WorldMap title="Pages par pays" caption="Source" countries={countries} labels={labels} {...props} />,
  )
const marks = (html: string): string[] => html.match(/class="map-mark /g) ?? []

describe('WorldMap', () => {
  it('draws a link per country, the largest first, and every number in the table', () => {
    const html = map()
    expect(marks(html)).toHaveLength(2)
    expect(html.indexOf('<title>Panama')).toBeLessThan(html.indexOf('<title>Togo'))
    expect(html).toContain('href="/pages?country=TG"><title>Togo\u00a0(9)</title>')
    for (const { label, count } of countries)
      expect(html).toMatch(new RegExp(`>${label}</a></td><td class="n">${count}<`))
  })

  it('is a group when it holds links and an image when it does not', () => {
    expect(map()).toContain('role="group"')
    const still = map({ countries: countries.map(({ code, label, count }) => ({ code, label, count })) })
    expect(still).toContain('role="img"')
    expect(still).not.toContain('map-skip')
  })

  it('shows one country large, with only what lies in sight', () => {
    const places = [
      { lat: 6.13, lng: 1.22, count: 2, label: 'Lomé' },
      { lat: 48.85, lng: 2.35, count: 1, label: 'Paris' },
    ]
    const html = map({ focus: { code: 'TG' }, countries: [], places })
    expect(html).toContain('/assets/world.svg#TG')
    expect(marks(html)).toHaveLength(1)
    expect(html).toContain('>Paris</td>')
  })

  it('shows a region across 180°', () => {
    const html = map({
      focus: { west: 160, south: -30, east: -170, north: 10 },
      countries: [{ code: 'FJ', label: 'Fidji', count: 4 }],
    })
    expect(marks(html)).toHaveLength(1)
    const scale = Number(/matrix\(([\d.]+) /.exec(html)?.[1])
    expect(scale).toBeGreaterThan(0.5)
  })

  it('says nothing inline that the content security policy forbids, and escapes what it is given', () => {
    const html = map({ countries: [{ code: 'TG', label: '<b>"&', count: 1, href: '/x' }] })
    expect(html).not.toMatch(/ style=|<script|<b>/)
  })

  it('is prepared for its script only when asked', () => {
    expect(map()).not.toContain('data-island')
    const words = {
      zoomIn: 'a',
      zoomOut: 'b',
      reset: 'c',
      close: 'd',
      loading: 'e',
      failed: 'f',
      places: '{count}',
      help: 'g',
    }
    const html = map({ island: { script: '/assets/map.js', places: '/places', words } })
    expect(html).toContain('data-island="/assets/map.js"')
    expect(html).toContain('data-places="/places"')
    expect(html).toContain('data-view="0 0 4000"')
  })

  it('is empty without numbers, and still a map', () => {
    const html = map({ countries: [] })
    expect(marks(html)).toHaveLength(0)
    expect(html).not.toContain('map-legend')
    expect(html).toContain('#land')
  })
})

it('makes one small file of outlines without colours of its own', () => {
  const file = worldSprite()
  expect(file.length).toBeLessThan(75_000)
  expect(file).toContain('id="CI"')
  expect(file).not.toMatch(/fill=|stroke=/)
})

it('draws bars in the rows of their numbers', () => {
  const html = render(
    <Bars
      title="Par année"
      labels={{ label: 'Année', count: 'Pages' }}
      bars={[
        { label: '2023', count: 40, href: '/pages?year=2023' },
        { label: '2024', count: 10, colour: '#3F7E44' },
        { label: '2025', count: 0 },
      ]}
    />,
  )
  expect(html.match(/width="100%"[^>]*><rect[^>]*width="(\d+)%"/g)).toHaveLength(2)
  expect(html).toContain('width="25%" fill="#3F7E44"')
  expect(html).toContain('<a href="/pages?year=2023">2023</a>')
  expect(html).toContain('<td class="n">0</td>')
  expect(html).not.toContain(' style=')
})
