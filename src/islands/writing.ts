import type { WritingWords } from '#ui/writing-words.ts'
import { answerOf, currentValue, isReady, type Json, kindOf, pathOf, same } from './writing-answers.ts'
import { hideConflict, showConflict, showProblem } from './writing-conflicts.ts'
import { countAnew, sumUp } from './writing-counts.ts'
import { type Draft, openDrafts } from './writing-drafts.ts'
import { mergeAnswers } from './writing-merge.ts'
import { showPeople } from './writing-people.ts'
import { richAnswers } from './writing-rich.ts'
import { elementAt, renew, renewAsked, rowsAfter } from './writing-rows.ts'
import { startSaving } from './writing-saving.ts'
import { fetchNews, Unsent } from './writing-server.ts'
import { questionOf, sayer, stateText, within } from './writing-telling.ts'
import type { SavingState } from './writing-told.ts'

/**
 * The writing page (modules/commons/writing/views/writing-page.tsx): answers are saved as they are typed and kept on the
 * device until they are, others' come in as they write, rich answers are shown as what they mean. Without it the page is a
 * form.
 */
export function wake(element: HTMLElement): void {
  const { address, words } = element.dataset
  if (!(element instanceof HTMLFormElement) || !address || !words || woken.has(element)) return
  woken.add(element)
  write(element, address, JSON.parse(words) as WritingWords).catch(console.error)
}

const woken = new WeakSet<HTMLElement>()

async function write(form: HTMLFormElement, address: string, words: WritingWords): Promise<void> {
  const { account = '', document: id = '' } = form.dataset
  const place = { address, account }
  const say = sayer(form)
  const rich = richAnswers(form, words)
  const drafts = await openDrafts(account, id)
  const left = await drafts.adopt()
  const nearby = 'BroadcastChannel' in window ? new BroadcastChannel(`cordee-writing ${id}`) : null
  let at: string | null = null
  let leaving = false
  let composing = false
  let poll = 0
  let active = Date.now()
  let counting = 0
  let written: Date | null = null
  const stale = new Map<string, Json>()
  let refreshed = Promise.resolve()

  const saving = startSaving(form, {
    place,
    revision: Number(form.dataset.revision ?? 0),
    drafts,
    ...(form.dataset.pause && { pause: Number(form.dataset.pause) }),
    told: {
      state: told,
      conflict: (element, conflict) =>
        showConflict(element, conflict, words, value => {
          saving.settle(element, value)
          saving.save()
          element.querySelector<HTMLElement>('.ProseMirror, textarea:not([hidden]), input, select')?.focus()
        }),
      conflictOver: hideConflict,
      problem: (element, problem) =>
        showProblem(
          element,
          problem &&
            within(words.problems[problem.code] ?? words.problems.invalid ?? '', problem.params ?? {}),
        ),
      changed(element, by) {
        const said =
          kindOf(element) === 'group' ? words.rowsChanged : by === null ? words.changed : words.changedBy
        say.event(said.replace('{name}', by ?? '').replace('{question}', questionOf(element)))
        element.classList.remove('came')
        requestAnimationFrame(() => element.classList.add('came'))
        sumUp(element, words)
        count(new Date())
      },
      outdated: (path, wanted) => refresh(path, wanted),
      saved(path) {
        count(new Date())
        // What the page said was wrong with it when it came.
        const element = elementAt(form, path)
        if (element?.dataset.wrong !== undefined) {
          showProblem(element, null)
          for (const box of element.querySelectorAll(':scope > .conflict')) box.remove()
        }
        nearby?.postMessage('news')
        if (askedAbout(form).has(path.split('/').at(-1) ?? ''))
          renewAsked(form).then(
            () => {
              saving.look()
              count(null)
            },
            () => undefined,
          )
      },
    },
  })
  // From the moment the page's answers are looked at, nothing typed goes by unseen.
  listen()
  form.dataset.awake = ''
  const back = await bringBack(left)
  if (back > 0) say.event(back === 1 ? words.restoredOne : words.restored.replace('{count}', String(back)))
  watchAccount()
  rich.open(document.activeElement)
  rich.watch(form)
  count(null)
  grow(form)
  look()

  /** All answers of one request are told of one after the other: counted once. @param at when something was written */
  function count(at: Date | null): void {
    written = at ?? written
    cancelAnimationFrame(counting)
    counting = requestAnimationFrame(() => countAnew(form, words, written))
  }

  function told(state: SavingState): void {
    const text = stateText(state, words)
    say.state(text, state.is, state.is === 'held' ? faulty() : null)
    leaving = state.is !== 'saved' && 'kept' in state && !state.kept
  }

  /** The first answer that was refused as it is, or waits for a choice. */
  function faulty(): HTMLElement | null {
    const wrong = form.querySelector('[data-wrong], .conflict')
    return wrong?.closest<HTMLElement>('.answer[id], .rows[id]') ?? null
  }

  /** What a tab left unsent: first the rows that it began, then what is written in them. */
  async function bringBack(left: Draft[]): Promise<number> {
    for (const { path, base, value } of left) {
      const element = elementAt(form, path)
      if (element?.dataset.rows === undefined) continue
      const rows = mergeAnswers(base, currentValue(element), value, element) ?? null
      if (!same(rows, currentValue(element)) && (await saving.put(path, rows))) await refresh(path, rows)
    }
    return saving.restore(left.filter(({ path }) => elementAt(form, path)?.dataset.rows === undefined))
  }

  /**
   * The page as the server has it, at a path whose controls cannot say what the answer now is. One after the other: a page
   * asked for earlier must not come in after a later one.
   */
  function refresh(path: string, wanted: Json): Promise<void> {
    stale.set(path, wanted)
    refreshed = refreshed.then(() => renewAt(path, wanted)).catch(console.error)
    return refreshed
  }

  async function renewAt(path: string, wanted: Json): Promise<void> {
    const base = saving.baseOf(path)
    const unsent = (row: HTMLElement) =>
      [...row.querySelectorAll<HTMLElement>('.answer[data-path]')].some(one => saving.isUnsent(pathOf(one)))
    try {
      const mayGo = (row: HTMLElement) => !row.contains(document.activeElement) && !unsent(row)
      for (const now of await renew(form, [path], mayGo)) {
        grow(now)
        rich.watch(now)
      }
      count(null)
    } catch {
      // Again with the next look.
      return
    }
    if (stale.get(path) === wanted) stale.delete(path)
    saving.renewed(path)
    saving.look()
    const isRows = elementAt(form, path)?.dataset.rows !== undefined
    if (!isRows) saving.restore([{ path, value: wanted, base, seen: 0, at: 0 }], true)
  }

  async function look(): Promise<void> {
    clearTimeout(poll)
    if (document.visibilityState === 'hidden') return
    try {
      const news = await fetchNews(place, saving.known(), at)
      const others = news.present.length > 0
      if (news.revision > saving.known() || others) active = Date.now()
      // A text changed under a method of input breaks off the word that is being put together.
      if (!composing) saving.hear(news.answers, news.revision)
      showPeople(form, news.present, words)
      if (saving.isFailing()) saving.retry()
      for (const [path, wanted] of [...stale]) await refresh(path, wanted)
    } catch (error) {
      const why = error instanceof Unsent ? error.why : 'busy'
      if (why === 'signed-out' || why === 'closed') saving.stop(why)
    }
    const quick = Number(form.dataset.pace ?? 4_000)
    const idle = Date.now() - active > 60_000
    clearTimeout(poll)
    poll = window.setTimeout(look, idle ? quick * 5 : quick)
  }

  function listen(): void {
    form.addEventListener('input', event => {
      active = Date.now()
      const { target } = event
      if (!(target instanceof HTMLElement)) return
      delete target.dataset.ready
      grow(target)
      noticed(target)
    })
    form.addEventListener('change', event => {
      if (!(event.target instanceof HTMLElement)) return
      event.target.dataset.ready = ''
      if (event.target instanceof HTMLInputElement && event.target.type === 'file') sendFiles()
      else noticed(event.target)
    })
    form.addEventListener('focusin', event => {
      const answer = answerOf(event.target)
      if (answer && pathOf(answer) !== at) {
        at = pathOf(answer)
        // Others see at once where one is.
        if (Date.now() - active > 5_000) look()
        active = Date.now()
      }
      rich.open(event.target)
    })
    form.addEventListener('focusout', event => {
      const answer = answerOf(event.target)
      if (answer && event.relatedTarget instanceof Node && answer.contains(event.relatedTarget)) return
      if (answer && saving.isUnsent(pathOf(answer))) saving.save()
    })
    form.addEventListener('keydown', event => {
      const { target } = event
      if (event.key !== 'Enter' || event.isComposing) return
      // A line has no second one.
      if (target instanceof HTMLTextAreaElement && target.classList.contains('line')) event.preventDefault()
      if (!(target instanceof HTMLInputElement) || !target.name.endsWith('.add')) return
      event.preventDefault()
      target.dataset.ready = ''
      noticed(target)
      saving.save()
    })
    form.addEventListener('compositionstart', () => {
      composing = true
    })
    form.addEventListener('compositionend', () => {
      composing = false
    })
    form.addEventListener('submit', submitted)
    form.addEventListener('click', followed)
    addEventListener('online', () => saving.retry())
    addEventListener('pagehide', leave)
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') leave()
      else {
        active = Date.now()
        saving.retry()
        look()
      }
    })
    addEventListener('beforeunload', event => {
      if (leaving && saving.unsent() > 0) event.preventDefault()
    })
    nearby?.addEventListener('message', () => look())
    for (const out of document.querySelectorAll<HTMLFormElement>('form[action*="/sign-out"]'))
      out.addEventListener('submit', event => signedOut(event, out))
  }

  function noticed(target: HTMLElement): void {
    const answer = answerOf(target)
    if (!answer || (target.closest('.add') && !isReady(target))) return
    sumUp(answer, words)
    saving.changed(answer)
  }

  function leave(): void {
    saving.keepAll()
    saving.save(true)
  }

  /** What one leaves on a shared device is nobody else's. */
  async function signedOut(event: SubmitEvent, out: HTMLFormElement): Promise<void> {
    event.preventDefault()
    await Promise.race([saving.save(), new Promise(resolve => setTimeout(resolve, 3_000))])
    saving.stop('account')
    await drafts.clear()
    out.submit()
  }

  function watchAccount(): void {
    const key = 'cordee-account'
    try {
      localStorage.setItem(key, account)
      addEventListener('storage', event => {
        if (event.key === key && event.newValue !== null && event.newValue !== account) saving.stop('account')
      })
    } catch {
      // A browser that keeps nothing tells other windows nothing.
    }
  }

  /** Saving needs no new page; rows neither. What the form alone can do it does once all is saved. */
  async function submitted(event: SubmitEvent): Promise<void> {
    const { submitter } = event
    const act = submitter instanceof HTMLButtonElement && submitter.name === 'act' ? submitter.value : null
    const files = [...form.querySelectorAll<HTMLInputElement>('input[type="file"]')].some(
      ({ files }) => files?.length,
    )
    if (submitter instanceof HTMLButtonElement && act === null) return
    if (files && saving.unsent() === 0) return
    event.preventDefault()
    const rows = act === null ? null : rowsAfter(form, act)
    saving.insist()
    await saving.save()
    if (rows) await changeRows(rows, act ?? '')
    else if (files && saving.unsent() === 0) form.submit()
  }

  async function changeRows(rows: NonNullable<ReturnType<typeof rowsAfter>>, act: string): Promise<void> {
    const { element, path, keys, added } = rows
    const index = [...element.querySelectorAll('[data-row]')].findIndex(row =>
      row.contains(document.activeElement),
    )
    if (!(await saving.put(path, keys))) return
    const wanted = keys.length > 0 ? keys : null
    // The row that goes may go, whatever has the focus in it.
    if (act.startsWith('remove:') && document.activeElement instanceof HTMLElement)
      document.activeElement.blur()
    await refresh(path, wanted)
    const list = [...element.querySelectorAll<HTMLElement>('[data-row]')]
    const row = added
      ? list.find(one => one.dataset.row === added)
      : (list[keys.indexOf(act.slice(act.lastIndexOf('/') + 1))] ?? list[Math.min(index, list.length - 1)])
    const first = row && firstField(row, added === null ? act : null)
    first?.focus()
  }

  function sendFiles(): void {
    saving.save().then(() => {
      if (saving.unsent() === 0) form.submit()
    })
  }

  /** The next page must know what was typed on this one. */
  async function followed(event: MouseEvent): Promise<void> {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const other = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0
    if (!link || other || link.target || link.origin !== location.origin || event.defaultPrevented) return
    if (
      link.closest('[contenteditable="true"]') ||
      link.pathname === location.pathname ||
      saving.unsent() === 0
    )
      return
    event.preventDefault()
    await Promise.race([saving.save(), new Promise(resolve => setTimeout(resolve, 3_000))])
    location.assign(link.href)
  }
}

/** Keys of the questions that others depend on. */
function askedAbout(form: HTMLElement): Set<string> {
  const keys = new Set<string>()
  for (const { dataset } of form.querySelectorAll<HTMLElement>('[data-when]'))
    for (const [, key] of (dataset.when ?? '').matchAll(/"question":"([^"]+)"/g)) if (key) keys.add(key)
  return keys
}

function firstField(row: HTMLElement, act: string | null): HTMLElement | null {
  const verb = act?.split(':')[0]
  const buttons = [...row.querySelectorAll<HTMLButtonElement>('button[name="act"]')]
  const button = verb && buttons.find(({ value }) => value.startsWith(`${verb}:`))
  return button || row.querySelector<HTMLElement>('textarea, input:not([type="hidden"]), select, [tabindex]')
}

/** Where style sheets cannot make a text area as high as its text. */
function grow(root: HTMLElement): void {
  if (CSS.supports('field-sizing', 'content')) return
  const fields = root instanceof HTMLTextAreaElement ? [root] : root.querySelectorAll('textarea')
  for (const field of fields) {
    field.rows = field.classList.contains('line') ? 1 : 3
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(field)
    const lines =
      (field.scrollHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom)) /
      Number.parseFloat(lineHeight)
    if (lines > field.rows) field.rows = Math.ceil(lines)
  }
}
