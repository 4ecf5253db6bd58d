export { authMail } from '#modules/account/messages.ts'
