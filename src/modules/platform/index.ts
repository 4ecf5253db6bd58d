export { bringDemonstrationPeople } from '#modules/platform/demonstration.ts'
export { isStarted, startCode } from '#modules/platform/starting.ts'
