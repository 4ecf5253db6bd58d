export { keepGroupFiles } from '#modules/groups/group-files.ts'
export {
  type GroupKind,
  type GroupRole,
  groupKinds,
  groupRoles,
  type TaskState,
  type Visibility,
  visibilities,
} from '#modules/groups/kinds.ts'
export {
  type Group,
  type GroupPerson,
  groupChoices,
  groupPeople,
  type OpenedGroup,
  openGroup,
  presentIds,
} from '#modules/groups/opening.ts'
export { type Reader, runsAll, seen, visibleGroups } from '#modules/groups/seeing.ts'
export { taskExpectation } from '#modules/groups/task-expectation.ts'
export { addTask, type Task, type TaskInput, tasksOf } from '#modules/groups/tasks.ts'
export { GroupLink } from '#modules/groups/views/group-link.tsx'
export { TaskList } from '#modules/groups/views/task-list.tsx'
