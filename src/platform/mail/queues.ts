/** Sends what is due: every minute, and at once for whoever sends work to it after writing a message. */
export const sendQueue = 'mail.send'
/** Gathers digests and forgets old messages: every quarter of an hour, the grain of the time zones. */
export const digestQueue = 'mail.digest'
