import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { readPage } from '#modules/commons/format/read-page.ts'
import { readAnswers } from '#modules/commons/templates/page-reading.ts'
import { shippedTemplate } from '#modules/commons/templates/shipped.ts'
import type { Template, Value } from '#modules/commons/templates/template.ts'

export const template = shippedTemplate('learning-plan') as Template
/** A plan whose closing form nobody has filled in. */
export const { source: imported, from } = aPlanFromElsewhere()
const before = readAnswers(template, imported).answers
/** Words of it that somebody has better ones for. */
export const passage = String(before.get('challenge-statement')).split(' ').slice(0, 3).join(' ')

/** Of the page as it came, what nobody touched is there byte for byte, and so is every answer but the one. */
export function onlyEditedChanged(out: string): void {
  const parts = (source: string) => {
    const lines = source.split('\n')
    const starts = readPage(source, 'plan.md').sections.map(({ line }) => line)
    return starts.map((line, index) =>
      lines.slice((line || 1) - 1, (starts[index + 1] ?? lines.length + 1) - 1).join('\n'),
    )
  }
  const head = (source: string) =>
    source
      .split('\n')
      .slice(0, (readPage(source, 'plan.md').sections.find(one => one.heading !== null)?.line ?? 1) - 1)
  expect(head(out)).toEqual(head(imported))
  const now = parts(out)
  const touched = parts(imported).filter(part => !now.includes(part))
  // Where the passage was replaced, and where the partners are.
  for (const part of touched)
    expect(part).toMatch(new RegExp(`${passage}|^## (?:Les partenaires|Partenaires)`))
  expect(touched.length).toBeLessThanOrEqual(2)
  const lines = out.split('\n')
  let place = -1
  for (const line of imported.split('\n').filter(one => !one.includes(passage) && one.trim() !== '')) {
    place = lines.indexOf(line, place + 1)
    expect(place, line).toBeGreaterThanOrEqual(0)
  }
  const after = readAnswers(template, out).answers
  const changed: [string, Value][] = [...before].filter(
    ([path, value]) => JSON.stringify(after.get(path)) !== JSON.stringify(value),
  )
  expect(changed.map(([path]) => path)).toEqual(['challenge-statement'])
}

/** A page of the public collection where it is at hand, else one of its form. */
function aPlanFromElsewhere(): { source: string; from: string } {
  const folder = '../shared/seeds'
  const name = existsSync(folder) ? readdirSync(folder).find(one => one.startsWith('001_')) : undefined
  if (name) return { source: readFileSync(`${folder}/${name}`, 'utf8'), from: 'of the public collection' }
  console.warn('../shared/seeds is not there: an invented plan is written in instead.')
  const source = `# PARTAGER L’EAU DES SERRES…

[[year:2023]]

[[type:learningplan]]

[[thematic_areas:water]]
[[country:Ivory Coast]]
[[latlng:7.62,-5.56]]
## Titre

> Please provide a name for your action learning plan.



Partager l’eau des serres
## Énoncé du défi

> Challenge statement: What is your challenge? (Please answer in specific terms: "Our challenge is that...”.)



Partage des eaux de serre\u0020\u0020

> Quantitative evidence: What (official) data sources do you have on this challenge that better exemplifies the importance and urgency of this frontier challenge? You can add text, a link, or a picture.



<div class="group">


> 

  Douze serres, un puits.


</div>


## Classement du défi
## Les partenaires

> Who are your top 5 partners for this challenge? Please submit from MOST to LEAST important and state Name, Sector and a brief description of the (intended) collaboration.



<div class="group">


> Please state the name of the partner:



Comité des serres


</div>

## Fermeture

> Early leads to grow: Think about the possible grow phase for this challenge - who might benefit from your work on this challenge or who might be the champions in your country that you should inform or collaborate with early on to help you grow this challenge?



Les maraîchers
`
  return { source, from: 'invented' }
}
