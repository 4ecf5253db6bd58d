const turns = new Map<string, Promise<unknown>>()

/**
 * One after the other for each meeting, in this process. The lock of its row keeps the order right by itself; but all who
 * wait for it, to come or to stay away, would each hold a connection meanwhile, and nobody else would be served.
 */
export async function inTurn<T>(meetingId: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(meetingId) ?? Promise.resolve()
  const mine = before.then(work, work)
  turns.set(meetingId, mine)
  try {
    return await mine
  } finally {
    if (turns.get(meetingId) === mine) turns.delete(meetingId)
  }
}
