/**
 * The list at the door, with other phones at other doors: a button says at once what it did, the counts follow what the
 * others do, and typing narrows the list without asking for it.
 */
export function wake(door: HTMLElement): void {
  const { news } = door.dataset
  if (!news || door.dataset.awake !== undefined) return
  door.dataset.awake = ''
  const said = document.createElement('p')
  said.className = 'notice'
  said.setAttribute('role', 'status')
  said.hidden = true
  door.querySelector('.door-list')?.before(said)

  door.addEventListener('submit', event => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || form.dataset.presence === undefined) return
    const { submitter } = event
    if (!(submitter instanceof HTMLButtonElement)) return
    event.preventDefault()
    mark(form, submitter)
  })
  const filter = door.querySelector<HTMLInputElement>('[data-filter]')
  filter?.addEventListener('input', () => narrow(filter.value))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look()
  })
  window.setTimeout(again, pace())

  async function mark(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
    const body = new URLSearchParams(
      [...new FormData(form, button)].map(([name, value]) => [name, String(value)]),
    )
    // Not `disabled`: the focus would be lost.
    if (button.ariaDisabled === 'true') return
    button.ariaDisabled = 'true'
    try {
      const response = await fetch(form.action, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body,
      })
      // Signed out, or something else a page can say better: as if there were no script.
      if (!response.ok) return sendWhole(form, button)
      count(((await response.json()) as { counts: Record<string, number> }).counts)
      show(form.closest('li'), button.value === 'unknown' ? null : button.value === 'yes')
      say(null)
    } catch {
      say(door.dataset.offline ?? '')
    } finally {
      button.ariaDisabled = null
    }
  }

  function sendWhole(form: HTMLFormElement, { name, value }: HTMLButtonElement): void {
    const chosen = Object.assign(document.createElement('input'), { type: 'hidden', name, value })
    form.append(chosen)
    form.submit()
  }

  async function look(): Promise<void> {
    try {
      const response = await fetch(news ?? '', { headers: { accept: 'application/json' } })
      if (!response.ok) return
      const found = (await response.json()) as {
        counts: Record<string, number>
        people: { id: string; present: boolean | null }[]
      }
      count(found.counts)
      for (const { id, present } of found.people) show(document.getElementById(`r-${id}`), present)
      say(null)
    } catch {
      say(door.dataset.offline ?? '')
    }
  }

  async function again(): Promise<void> {
    if (document.visibilityState === 'visible') await look()
    window.setTimeout(again, pace())
  }

  function pace(): number {
    return Number(door.dataset.pace ?? 5_000)
  }

  /** A line as the server would write it. */
  function show(line: Element | null, present: boolean | null): void {
    const written = present === null ? undefined : String(present)
    if (!(line instanceof HTMLElement) || line.dataset.present === written) return
    if (written === undefined) delete line.dataset.present
    else line.dataset.present = written
    const button = line.querySelector('button')
    if (!button) return
    const name = button.querySelector('.visually-hidden')
    button.className = present ? 'quiet' : 'button'
    button.value = present ? 'unknown' : 'yes'
    button.replaceChildren(`${present ? `✓ ${door.dataset.undo}` : door.dataset.arrived}`, name ?? '')
    const how = line.querySelector('[data-said]')
    if (how) how.textContent = present === false ? (door.dataset.absent ?? '') : ''
  }

  function count(counts: Record<string, number>): void {
    for (const [name, value] of Object.entries(counts)) {
      for (const place of door.querySelectorAll(`[data-count="${name}"]`))
        if (place.textContent !== String(value)) place.textContent = String(value)
    }
  }

  function narrow(typed: string): void {
    const wanted = plain(typed)
    for (const line of door.querySelectorAll<HTMLElement>('.door-list > li'))
      line.hidden = !plain(line.querySelector('div')?.textContent ?? '').includes(wanted)
  }

  function say(words: string | null): void {
    said.hidden = words === null
    if (words !== null) said.textContent = words
  }
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}
