import type {
  DeliverableState,
  GroupKind,
  GroupRole,
  Joining,
  TaskState,
  Visibility,
} from '#modules/groups/kinds.ts'
import type { MessageKey } from '#platform/i18n/i18n.ts'

export const kindNames: Record<GroupKind, MessageKey> = {
  collective: 'group.kind.collective',
  club: 'group.kind.club',
  working_group: 'group.kind.working_group',
  axis: 'group.kind.axis',
  committee: 'group.kind.committee',
}

export const roleNames: Record<GroupRole, MessageKey> = {
  member: 'group.role.member',
  facilitator: 'group.role.facilitator',
  coordinator: 'group.role.coordinator',
}

export const visibilityNames: Record<Visibility, MessageKey> = {
  group: 'group.visibility.group',
  network: 'group.visibility.network',
  public: 'group.visibility.public',
}

export const joiningNames: Record<Joining, MessageKey> = {
  invitation: 'group.joining.invitation',
  request: 'group.joining.request',
  open: 'group.joining.open',
}

export const taskStateNames: Record<TaskState, MessageKey> = {
  open: 'task.open',
  done: 'task.done',
  dropped: 'task.dropped',
}

export const deliverableStateNames: Record<DeliverableState, MessageKey> = {
  planned: 'deliverable.planned',
  drafting: 'deliverable.drafting',
  delivered: 'deliverable.delivered',
  dropped: 'deliverable.dropped',
}
