/** Writes to those who hear of what was said: every minute, and at once where somebody said something. */
export const tellingQueue = 'threads.tell'
