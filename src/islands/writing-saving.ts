import {
  answerElements,
  currentValue,
  hasAdded,
  isText,
  type Json,
  pathOf,
  same,
  servedValue,
  showValue,
} from './writing-answers.ts'
import type { Draft, Drafts } from './writing-drafts.ts'
import { type Entry, isDirty, isRows, markRows, newEntry, type Theirs } from './writing-entry.ts'
import { mergeAnswers } from './writing-merge.ts'
import { type Change, type Failure, type Place, type Saved, sendChanges, Unsent } from './writing-server.ts'
import type { Saving, Told } from './writing-told.ts'

/** After so many milliseconds without a key. */
const pause = 1_200
const draftPause = 250
/** Characters in one request: the server takes a megabyte. */
const mostSent = 300_000

/**
 * Sends answers as they are written, one request at a time, and keeps on the device what is not acknowledged. What others
 * write comes in where nothing of one's own stands against it.
 */
export function startSaving(
  form: HTMLElement,
  options: { place: Place; revision: number; drafts: Drafts; told: Told; pause?: number },
): Saving {
  const { place, drafts, told } = options
  const entries = new Map<string, Entry>()
  let known = options.revision
  let flight: Promise<void> | null = null
  let sending = new Map<string, Json>()
  let timer = 0
  let isDue = false
  let failures = 0
  let stopped: Failure | null = null
  let safe = true
  let savedAt: Date | null = null
  const keeping = new Map<string, number>()
  const touched = new Set<string>()
  look()

  return {
    look,
    changed,
    save,
    hear,
    settle,
    restore,
    keepAll: async () => {
      await Promise.all([...entries.keys()].map(path => keep(path)))
    },
    retry() {
      if (stopped === 'account') return
      stopped = null
      if (changes().length > 0) save()
      else report('saved')
    },
    unsent: () => unsentPaths().length,
    isUnsent: path => {
      const entry = entries.get(path)
      return entry !== undefined && isDirty(entry)
    },
    async put(path, value) {
      while (flight) await flight
      const entry = entries.get(path)
      if (!entry || stopped) return false
      if (same(entry.base, value)) return true
      flight = send([{ path, value, seen: seenOf(entry) }], false)
      await flight
      return same(entry.base, value) || entry.renewing
    },
    insist() {
      for (const [, entry] of dirty()) entry.refused = undefined
    },
    renewed(path) {
      const entry = entries.get(path)
      if (entry) entry.renewing = false
    },
    baseOf: path => entries.get(path)?.base ?? null,
    isFailing: () => failures > 0 || stopped !== null,
    known: () => known,
    stop(why) {
      stopped = why
      clearTimeout(timer)
      report(why)
    },
  }

  function look(): void {
    const there = new Map(answerElements(form).map(element => [pathOf(element), element]))
    for (const path of entries.keys()) if (!there.has(path)) entries.delete(path)
    for (const [path, element] of there) {
      const entry = entries.get(path)
      if (entry?.element === element) continue
      entries.set(path, newEntry(element, entry?.kept ?? false))
      // Typed before this script came.
      if (!same(servedValue(element), currentValue(element))) changed(element)
      else if (element.dataset.wrong !== undefined) touched.add(path)
    }
  }

  function changed(element: HTMLElement): void {
    const path = pathOf(element)
    const entry = entries.get(path)
    if (!entry) return
    touched.add(path)
    if (entry.refused !== undefined && !same(entry.refused, currentValue(element))) {
      entry.refused = undefined
      told.problem(element, null)
    }
    clearTimeout(keeping.get(path))
    keeping.set(
      path,
      window.setTimeout(() => keep(path), draftPause),
    )
    const rows = element.parentElement?.closest<HTMLElement>('[data-rows]')
    // A row begins with the first thing written in it.
    if (rows && element !== rows) changed(rows)
    if (stopped) {
      report(stopped)
      return
    }
    if (failures === 0) report(standing())
    soon(failures === 0 ? (options.pause ?? pause) : undefined)
  }

  function soon(delay = Math.min(60_000, 2_000 * 2 ** Math.min(failures, 5))): void {
    clearTimeout(timer)
    isDue = true
    timer = window.setTimeout(() => save(), delay)
  }

  /** Those that differ from what the server has: of all answers only those somebody has touched are looked at. */
  function dirty(): [path: string, entry: Entry][] {
    return [...touched].flatMap(path => {
      const entry = entries.get(path)
      return entry && isDirty(entry) ? [[path, entry] as [string, Entry]] : []
    })
  }

  function unsentPaths(): string[] {
    return dirty().map(([path]) => path)
  }

  /** What can be sent: not what waits for a choice, nor what was refused as it is. */
  function changes(): Change[] {
    const ready = dirty().filter(
      ([, entry]) =>
        entry.conflict === null &&
        (entry.refused === undefined || !same(entry.refused, currentValue(entry.element))),
    )
    // Rows before what is written in them.
    ready.sort(([, one], [, other]) => Number(isRows(other)) - Number(isRows(one)))
    const all = ready.map(([path, entry]) => ({
      path,
      value: currentValue(entry.element),
      seen: seenOf(entry),
    }))
    // As much as one request takes; the rest follows.
    let size = 0
    return all.filter(({ value }, index) => {
      size += JSON.stringify(value).length
      return index === 0 || size < mostSent
    })
  }

  function seenOf({ revision }: Entry): number {
    return Math.max(known, revision)
  }

  async function save(leaving = false): Promise<void> {
    clearTimeout(timer)
    isDue = false
    if (stopped) return
    // One at a time; what was typed meanwhile goes after it.
    if (flight) {
      await flight
      if (changes().length > 0 && failures === 0) await save(leaving)
      return
    }
    const sent = changes()
    if (sent.length === 0) {
      if (failures === 0) report(standing())
      return
    }
    flight = send(sent, leaving)
    await flight
  }

  async function send(sent: Change[], leaving: boolean): Promise<void> {
    sending = new Map(sent.map(({ path, value }) => [path, value]))
    report('saving')
    try {
      const saved = await sendChanges(place, sent, leaving)
      failures = 0
      savedAt = new Date()
      acknowledge(saved)
    } catch (error) {
      const why = error instanceof Unsent ? error.why : 'busy'
      if (!(error instanceof Unsent)) console.error(error)
      failures += 1
      if (why === 'offline' || why === 'busy') soon()
      else stopped = why === 'too-large' ? null : why
      // What is said to be kept is: also what was typed since.
      await Promise.all(unsentPaths().map(keep))
      report(why)
      return
    } finally {
      sending = new Map()
      flight = null
      for (const entry of entries.values()) {
        const { later } = entry
        entry.later = null
        if (later) take(entry, later)
      }
    }
    if (changes().length > 0) soon(options.pause ?? pause)
    report(standing())
  }

  function standing(): 'saved' | 'waiting' | 'held' {
    if (changes().length > 0) return 'waiting'
    return unsentPaths().length > 0 ? 'held' : 'saved'
  }

  function acknowledge(saved: Saved): void {
    for (const { path, value, revision, merged } of saved.saved) {
      const entry = entries.get(path)
      const mine = sending.get(path)
      if (!entry || mine === undefined) continue
      const before = entry.revision
      entry.base = value
      entry.echo = mine
      entry.revision = Math.max(before, revision)
      const now = currentValue(entry.element)
      if (merged && !same(value, mine)) comeIn(entry, mine, now, { path, value, revision, by: null })
      else if (same(now, mine) && hasAdded(entry.element)) put(entry, value)
      if (isRows(entry)) {
        markRows(entry.element, value)
        entry.renewing ||= !same(now, value)
      }
      keep(path)
      told.saved(path)
    }
    for (const { path, problem } of saved.problems) {
      const entry = entries.get(path)
      if (!entry) continue
      entry.refused = sending.get(path) ?? null
      told.problem(entry.element, problem)
      keep(path)
    }
    for (const { path, theirs, by, revision } of saved.conflicts) {
      const entry = entries.get(path)
      // Settled while this was on its way, it is sent again.
      if (entry && revision > entry.revision) disagree(entry, { path, value: theirs, revision, by })
    }
  }

  function hear(theirs: Theirs[], revision: number): void {
    for (const one of theirs) {
      const entry = entries.get(one.path)
      if (!entry || one.revision <= entry.revision) continue
      if (sending.has(one.path)) entry.later = one
      else take(entry, one)
    }
    known = Math.max(known, revision)
    if (changes().length > 0 && !flight && !isDue) soon(options.pause ?? pause)
  }

  /** What another wrote, into what stands in the field. */
  function take(entry: Entry, theirs: Theirs): void {
    if (theirs.revision <= entry.revision) return
    const mine = currentValue(entry.element)
    // A space typed just now is no change to be sent, and yet is not to be lost.
    if (!isDirty(entry) && (same(mine, entry.base) || !isText(entry.element))) {
      const news = !same(theirs.value, mine)
      know(entry, theirs)
      if (!news) return
      put(entry, theirs.value)
      told.changed(entry.element, theirs.by)
    } else comeIn(entry, entry.base, mine, theirs)
    keep(theirs.path)
  }

  /** @param base what both were written upon */
  function comeIn(entry: Entry, base: Json, mine: Json, theirs: Theirs): void {
    const merged = mergeAnswers(base, mine, theirs.value, entry.element)
    if (merged === undefined) {
      disagree(entry, theirs)
      return
    }
    know(entry, theirs)
    if (same(merged, mine)) return
    put(entry, merged)
    told.changed(entry.element, theirs.by)
  }

  function disagree(entry: Entry, theirs: Theirs): void {
    if (entry.conflict?.revision === theirs.revision) return
    entry.conflict = theirs
    told.conflict(entry.element, { mine: currentValue(entry.element), theirs: theirs.value, by: theirs.by })
    keep(theirs.path)
  }

  function settle(element: HTMLElement, value?: Json): void {
    const entry = entries.get(pathOf(element))
    if (!entry?.conflict) return
    // Before it counts as settled: what stood in the field until now must not be sent.
    if (value !== undefined) put(entry, value)
    know(entry, entry.conflict)
    changed(element)
  }

  /** Theirs is what the server has. */
  function know(entry: Entry, theirs: Theirs): void {
    entry.base = theirs.value
    entry.echo = theirs.value
    entry.revision = theirs.revision
    if (!entry.conflict) return
    entry.conflict = null
    told.conflictOver(entry.element)
  }

  /** A value into the field, where its controls can say it. */
  function put(entry: Entry, value: Json, final = false): void {
    if (showValue(entry.element, value)) {
      if (same(value, entry.base)) entry.echo = currentValue(entry.element)
    } else if (!final) {
      entry.renewing = true
      told.outdated(pathOf(entry.element), value)
    }
  }

  /** Answers that a tab left unsent, the oldest first: upon what the server has by now. */
  function restore(left: Draft[], final = false): number {
    let count = 0
    for (const draft of left) {
      const entry = entries.get(draft.path)
      if (!entry) continue
      entry.kept = true
      const mine = currentValue(entry.element)
      const merged = mergeAnswers(draft.base, mine, draft.value, entry.element)
      if (merged !== undefined) put(entry, merged, final)
      else if (!isDirty(entry)) {
        // The server's came later than this was written: somebody has to choose.
        showValue(entry.element, draft.value)
        disagree(entry, { path: draft.path, value: entry.base, revision: entry.revision, by: null })
      } else if (isText(entry.element)) put(entry, `${String(mine ?? '')}\n\n${String(draft.value ?? '')}`)
      if (isDirty(entry)) {
        count += 1
        changed(entry.element)
      } else keep(draft.path)
    }
    return count
  }

  async function keep(path: string): Promise<void> {
    clearTimeout(keeping.get(path))
    keeping.delete(path)
    const entry = entries.get(path)
    if (!entry) return
    if (isDirty(entry)) {
      const { base } = entry
      const value = currentValue(entry.element)
      entry.kept = true
      safe = await drafts.put({ path, value, base, seen: seenOf(entry), at: Date.now() })
    } else if (entry.kept) {
      entry.kept = false
      await drafts.remove(path)
    }
  }

  function report(state: 'saved' | 'saving' | 'waiting' | 'held' | Failure): void {
    const count = unsentPaths().length
    if (state === 'saved') {
      told.state({ is: 'saved', at: savedAt ?? new Date() })
    } else if (state === 'saving' || state === 'waiting' || state === 'held') told.state({ is: state, count })
    else told.state({ is: state, count, kept: safe })
  }
}
