/** What groups are, how they are seen and entered, and what people are in them. */

export const groupKinds = ['collective', 'club', 'working_group', 'axis', 'committee'] as const
export type GroupKind = (typeof groupKinds)[number]

/** Who sees that it exists and what it does: its members alone, the network, everyone. */
export const visibilities = ['group', 'network', 'public'] as const
export type Visibility = (typeof visibilities)[number]

export const joinings = ['invitation', 'request', 'open'] as const
export type Joining = (typeof joinings)[number]

/** Facilitators and co-coordinators run a group alike: what they are called differs from kind to kind. */
export const groupRoles = ['member', 'facilitator', 'coordinator'] as const
export type GroupRole = (typeof groupRoles)[number]

export const taskStates = ['open', 'done', 'dropped'] as const
export type TaskState = (typeof taskStates)[number]

export const deliverableStates = ['planned', 'drafting', 'delivered', 'dropped'] as const
export type DeliverableState = (typeof deliverableStates)[number]

export function runs(role: GroupRole | null): boolean {
  return role === 'facilitator' || role === 'coordinator'
}
