import { isId } from '#kernel/ids.ts'
import type { JobRecord } from '#platform/jobs/listing.ts'

/** A field of what a job was sent with; null: kept from this reader. */
export interface PayloadField {
  name: string
  value: string | null
}

/**
 * Of a job everyone reads what is theirs. A network reads what its own jobs were sent with; the installation, that of its
 * own jobs, and of a network's job the ids alone: names of files and the like are the network's.
 */
export function readablePayload(
  job: Pick<JobRecord, 'networkId'> & { payload: Record<string, unknown> },
  reader: 'network' | 'platform',
): PayloadField[] {
  const foreign = reader === 'platform' && job.networkId !== null
  return Object.entries(job.payload)
    .filter(([name]) => name !== 'networkId')
    .map(([name, value]) => ({ name, value: foreign && !isPlain(value) ? null : written(value) }))
}

/** Says nothing to those who cannot look it up. */
function isPlain(value: unknown): boolean {
  return value === null || ['number', 'boolean'].includes(typeof value) || isId(String(value))
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
