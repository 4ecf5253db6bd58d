import { mergeTexts, movedCaret } from '#ui/text-merging.ts'

/**
 * Notes that several people write at once: kept as one types, and what others write comes in. The server puts together
 * what two have written; here what it answers is put together with what was typed since.
 */
export function wake(form: HTMLFormElement): void {
  const field = form.querySelector('textarea')
  const seenField = form.querySelector<HTMLInputElement>('input[name="seen"]')
  const state = form.querySelector<HTMLElement>('[data-state]')
  if (!field || !seenField || !state || form.dataset.awake !== undefined) return
  form.dataset.awake = ''
  const words = form.dataset
  const headers = { accept: 'application/json', 'x-account': words.account ?? '' }
  /** What the server has, as far as is known here. */
  let base = words.served ?? ''
  let seen = Number(seenField.value)
  let flight: Promise<void> | null = null
  let timer = 0
  let failures = 0
  let stopped = false

  field.addEventListener('input', () => {
    tell(words.waiting)
    soon()
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    save()
  })
  addEventListener('online', () => save())
  addEventListener('pagehide', () => save(true))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save(true)
    else look()
  })
  addEventListener('beforeunload', event => {
    if (isDirty()) event.preventDefault()
  })
  // Typed before this script came, or given back by a browser that goes back.
  if (isDirty()) soon()
  window.setTimeout(look, pace())

  function isDirty(): boolean {
    return field?.value !== base
  }

  function soon(): void {
    clearTimeout(timer)
    timer = window.setTimeout(() => save(), failures === 0 ? 1_200 : Math.min(60_000, 2_000 * 2 ** failures))
  }

  function pace(): number {
    return Number(words.pace ?? 4_000)
  }

  async function save(leaving = false): Promise<void> {
    clearTimeout(timer)
    if (stopped || !isDirty()) return
    if (flight) {
      await flight
      if (isDirty() && failures === 0) await save(leaving)
      return
    }
    flight = send(leaving).finally(() => {
      flight = null
    })
    await flight
  }

  async function send(leaving: boolean): Promise<void> {
    const text = field?.value ?? ''
    tell(words.saving)
    try {
      const body = JSON.stringify({ text, seen })
      const response = await fetch(form.action, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        // Browsers send no more than this when the page is left.
        keepalive: leaving && body.length < 60_000,
      })
      if (!response.ok) return refused(response.status)
      const saved = (await response.json()) as {
        text: string
        revision: number
        merged: boolean
        conflict: boolean
      }
      failures = 0
      seen = saved.revision
      // In a conflict both stand in the field: what is kept is what the other wrote, and this is still to be kept.
      base = saved.conflict ? '\u0000' : saved.text
      if (saved.text !== text) takeIn(text, saved.text)
      tell(saved.conflict ? words.conflict : words.saved)
      if (isDirty()) soon()
    } catch {
      failures += 1
      tell(words.offline)
      soon()
    }
  }

  function refused(status: number): void {
    failures += 1
    // Signed out, or no longer in the room: trying again would not help. What was typed stays in the field.
    stopped = status === 401 || status === 403 || status === 404 || status === 413
    tell(stopped ? words.refused : words.offline)
    if (!stopped) soon()
  }

  async function look(): Promise<void> {
    if (stopped) return
    if (document.visibilityState === 'visible' && !flight) {
      try {
        const response = await fetch(`${words.news}?since=${seen}`, { headers })
        if (response.ok)
          hear((await response.json()) as { revision: number; by: string | null; text?: string })
        else if (response.status === 401 || response.status === 403) refused(response.status)
      } catch {
        // The next look, or the next saving, will say so.
      }
    }
    window.setTimeout(look, pace())
  }

  function hear({ revision, by, text }: { revision: number; by: string | null; text?: string }): void {
    if (text === undefined || revision <= seen || flight) return
    // What both have changed is settled by the server, when this is saved.
    if (isDirty() && mergeTexts(base, text, field?.value ?? '') === undefined) {
      save()
      return
    }
    const before = base
    base = text
    seen = revision
    takeIn(before, text)
    if (by) tell(`${words.others ?? ''} ${by}`)
    if (isDirty()) soon()
  }

  /** Another text in place of one, together with what was typed meanwhile; the caret stays among its words. */
  function takeIn(before: string, after: string): void {
    if (!field) return
    const mine = field.value
    const merged = mine === before ? after : (mergeTexts(before, after, mine) ?? `${after}\n\n${mine}`)
    if (merged === mine) return
    const [start, end] = [
      movedCaret(mine, merged, field.selectionStart),
      movedCaret(mine, merged, field.selectionEnd),
    ]
    const top = field.scrollTop
    field.value = merged
    if (document.activeElement === field) field.setSelectionRange(start, end)
    field.scrollTop = top
  }

  function tell(said: string | undefined): void {
    if (state && said !== undefined) state.textContent = said
    if (seenField) seenField.value = String(seen)
  }
}
