import type { WritingWords } from '#ui/writing-words.ts'

export type ToolName =
  | 'bold'
  | 'italic'
  | 'link'
  | 'bullets'
  | 'numbers'
  | 'code'
  | 'picture'
  | 'undo'
  | 'redo'

export interface Toolbar {
  element: HTMLElement
  /** What holds where the caret is, and what can be done there. */
  update(state: { on: ReadonlySet<ToolName>; off: ReadonlySet<ToolName> }): void
  focus(): void
  say(text: string): void
}

/** A toolbar as the ARIA practices have it: one stop of the Tab key, arrows inside, Escape back to the text. */
export function buildToolbar(
  words: WritingWords,
  tools: readonly ToolName[],
  act: (tool: ToolName) => void,
  leave: () => void,
): Toolbar {
  const element = document.createElement('div')
  element.className = 'rich-tools'
  const bar = element.appendChild(document.createElement('div'))
  bar.setAttribute('role', 'toolbar')
  bar.setAttribute('aria-label', words.toolbar)
  const said = element.appendChild(document.createElement('p'))
  said.className = 'rich-said'
  said.setAttribute('role', 'status')
  const buttons = tools.map(tool => {
    const button = bar.appendChild(document.createElement('button'))
    button.type = 'button'
    button.tabIndex = -1
    const shortcut = shortcuts[tool]
    const name = words[tool]
    button.title = shortcut ? `${name} (${shortcut.replace('Mod', isMac ? '⌘' : 'Ctrl')})` : name
    button.setAttribute('aria-label', name)
    if (shortcut)
      button.setAttribute('aria-keyshortcuts', shortcut.replace('Mod', isMac ? 'Meta' : 'Control'))
    button.append(drawing(tool))
    // The text keeps the focus, and with it the keyboard of a phone.
    button.addEventListener('mousedown', event => event.preventDefault())
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-disabled') !== 'true') act(tool)
    })
    return { tool, button }
  })
  const [first] = buttons
  if (first) first.button.tabIndex = 0
  bar.addEventListener('keydown', event => {
    const at = buttons.findIndex(({ button }) => button === document.activeElement)
    const to: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }
    if (event.key === 'Escape') leave()
    else if (event.key in to) goTo((to[event.key] ?? 0) % buttons.length)
    else return
    event.preventDefault()
  })
  return { element, update, focus: () => goTo(0), say: text => (said.textContent = text) }

  function goTo(index: number): void {
    for (const { button } of buttons) button.tabIndex = -1
    const target = buttons.at(index)?.button
    if (!target) return
    target.tabIndex = 0
    target.focus()
  }

  function update({ on, off }: { on: ReadonlySet<ToolName>; off: ReadonlySet<ToolName> }): void {
    for (const { tool, button } of buttons) {
      if (isToggle.has(tool)) button.setAttribute('aria-pressed', String(on.has(tool)))
      // Not `disabled`, which would drop the focus of somebody pressing the button again and again.
      button.setAttribute('aria-disabled', String(off.has(tool)))
    }
  }
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

const isToggle = new Set<ToolName>(['bold', 'italic', 'code', 'link', 'bullets', 'numbers'])

const shortcuts: Partial<Record<ToolName, string>> = {
  bold: 'Mod+B',
  italic: 'Mod+I',
  link: 'Mod+K',
  code: 'Mod+E',
  bullets: 'Mod+Shift+8',
  numbers: 'Mod+Shift+7',
  undo: 'Mod+Z',
  redo: 'Mod+Shift+Z',
}

const drawings: Record<ToolName, string> = {
  bold: 'M4.5 2.5h4a2.7 2.7 0 0 1 0 5.4h-4zM4.5 7.9h4.8a2.8 2.8 0 0 1 0 5.6H4.5z',
  italic: 'M6.5 2.5h5M4.5 13.5h5M9.5 2.5l-3 11',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7l-1 1M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7l1-1',
  bullets: 'M6 4h8M6 8h8M6 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  numbers: 'M7 4h7M7 8h7M7 12h7M2 3l1.3-.8V6M1.8 9.6c.3-1 2.4-1 2.2.3C3.9 10.8 1.8 12 1.8 13H4.2',
  code: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5',
  picture: 'M2 3h12v10H2zM2 11l3.5-3.5L9 11l2-2 3 3M10.5 6h.01',
  undo: 'M5.5 3L2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6',
  redo: 'M10.5 3l3 3-3 3M13.5 6h-7a4 4 0 0 0 0 8H10',
}

function drawing(tool: ToolName): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const attributes = {
    ...{ viewBox: '0 0 16 16', 'aria-hidden': 'true', fill: 'none', stroke: 'currentColor' },
    ...{ 'stroke-width': '1.6', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' },
  }
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value)
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', drawings[tool])
  svg.append(path)
  return svg
}
