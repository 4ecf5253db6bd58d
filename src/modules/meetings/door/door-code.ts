import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a code is shown before the next takes its place. */
export const codeMinutes = 5

const opensBefore = 90 * 60_000
const closesAfter = 60 * 60_000

/**
 * The code that those who stand at the door can read and nobody else: six digits of the meeting and of the moment. Nothing
 * is kept of it.
 */
export function doorCode(secret: string, meetingId: string, now: Date): string {
  return codeAt(secret, meetingId, periodOf(now))
}

/** Whether it is the one shown now, or was a moment ago: people type slowly. */
export function isDoorCode(secret: string, meetingId: string, now: Date, typed: string): boolean {
  const given = Buffer.from(typed.replace(/\D/g, ''))
  return [0, 1].some(ago => {
    const code = Buffer.from(codeAt(secret, meetingId, periodOf(now) - ago))
    return code.length === given.length && timingSafeEqual(code, given)
  })
}

/** When people may say by themselves that they have come. */
export function doorHours(meeting: { startsAt: Date; endsAt: Date }): { from: Date; until: Date } {
  return {
    from: new Date(meeting.startsAt.getTime() - opensBefore),
    until: new Date(meeting.endsAt.getTime() + closesAfter),
  }
}

export function isDoorOpen(meeting: { startsAt: Date; endsAt: Date; state: string }, now: Date): boolean {
  const { from, until } = doorHours(meeting)
  return meeting.state === 'scheduled' && now >= from && now <= until
}

function codeAt(secret: string, meetingId: string, period: number): string {
  const bytes = createHmac('sha256', secret).update(`door ${meetingId} ${period}`).digest()
  return String(bytes.readUInt32BE(0) % 1_000_000).padStart(6, '0')
}

function periodOf(now: Date): number {
  return Math.floor(now.getTime() / (codeMinutes * 60_000))
}
