export { authMail } from '#modules/account/messages.ts'
export { landing, leading, safeNext } from '#modules/account/next.ts'
