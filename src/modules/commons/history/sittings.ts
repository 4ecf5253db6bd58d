import type { Path } from '#modules/commons/templates/template.ts'

export interface LoggedChange {
  revision: number
  path: Path
  personId: string | null
  changedAt: Date
}

export interface Publication {
  version: number
  /** The last change it took in. */
  revision: number
  visibility: 'public' | 'network'
  personId: string | null
  publishedAt: Date
}

/** What one person wrote in one go. */
export interface Sitting {
  personId: string | null
  /** The first and the last revision; others may have written in between. */
  first: number
  last: number
  begunAt: Date
  endedAt: Date
  /** The answers they changed, the first changed first. */
  paths: Path[]
  /** Who else wrote in between: what changed from the first to the last is theirs, too. */
  others: (string | null)[]
}

export type Happening =
  | { kind: 'sitting'; sitting: Sitting }
  | { kind: 'publication'; publication: Publication }

/** A pause as long as this ends a sitting. */
export const pauseMs = 30 * 60_000

/**
 * What happened, the latest first: changes of one person with no long pause between are one sitting, whoever else wrote
 * meanwhile. A publication ends the sittings of all.
 * @param changes the latest first, without a gap
 * @param publications the latest first
 */
export function happenings(
  changes: readonly LoggedChange[],
  publications: readonly Publication[],
): Happening[] {
  const all: Happening[] = []
  const open = new Map<string | null, Sitting>()
  let next = 0
  const publishedUntil = (revision: number) => {
    for (; (publications[next]?.revision ?? -1) >= revision; next++) {
      open.clear()
      all.push({ kind: 'publication', publication: publications[next] as Publication })
    }
  }
  for (const change of changes) {
    publishedUntil(change.revision)
    const sitting = open.get(change.personId)
    if (sitting && sitting.begunAt.getTime() - change.changedAt.getTime() < pauseMs) extend(sitting, change)
    else {
      const begun = sittingOf(change)
      open.set(change.personId, begun)
      all.push({ kind: 'sitting', sitting: begun })
    }
  }
  publishedUntil(0)
  for (const one of all) if (one.kind === 'sitting') one.sitting.others = othersIn(one.sitting, changes)
  return all
}

function sittingOf({ revision, path, personId, changedAt }: LoggedChange): Sitting {
  return {
    personId,
    first: revision,
    last: revision,
    begunAt: changedAt,
    endedAt: changedAt,
    paths: [path],
    others: [],
  }
}

/** By an earlier change. */
function extend(sitting: Sitting, { revision, path, changedAt }: LoggedChange): void {
  sitting.first = revision
  sitting.begunAt = changedAt
  sitting.paths = [path, ...sitting.paths.filter(other => other !== path)]
}

function othersIn({ personId, first, last }: Sitting, changes: readonly LoggedChange[]): (string | null)[] {
  const within = changes.filter(one => first < one.revision && one.revision < last)
  return [...new Set(within.map(one => one.personId))].filter(other => other !== personId)
}
