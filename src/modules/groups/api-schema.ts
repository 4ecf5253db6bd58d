import { z } from '@hono/zod-openapi'
import {
  deliverableStates,
  groupKinds,
  groupRoles,
  joinings,
  taskStates,
  visibilities,
} from '#modules/groups/kinds.ts'

/** How groups are read and written by programmes. */

const named = z.object({ id: z.uuid(), name: z.string() })
const groupName = named.extend({ slug: z.string() })

export const groupSchema = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    kind: z.enum(groupKinds),
    parentId: z.uuid().nullable(),
    name: z.string(),
    summary: z.string(),
    visibility: z.enum(visibilities).openapi({
      description: 'Who sees it: its members alone, the network, everyone.',
    }),
    joining: z.enum(joinings),
    startsOn: z.iso.date().nullable(),
    endsOn: z.iso.date().nullable(),
    archivedAt: z.iso.datetime().nullable(),
  })
  .openapi('Group')

export const oneGroupSchema = groupSchema
  .extend({
    charter: z.string().openapi({ description: 'Markdown.' }),
    objectives: z.string().openapi({ description: 'Markdown.' }),
    questions: z.array(z.string()).openapi({ description: 'What whoever asks to join is asked.' }),
    organisations: z.number().int().openapi({ description: 'How many there are.' }),
    role: z.enum(groupRoles).nullable().openapi({ description: 'Of whoever asks.' }),
  })
  .openapi('GroupDetails')

export const groupMemberSchema = z
  .object({
    organisation: named.nullable().openapi({ description: 'Null for somebody who comes for themselves.' }),
    people: z.array(
      named.extend({ role: z.enum(groupRoles), from: z.iso.date(), until: z.iso.date().nullable() }),
    ),
  })
  .openapi('GroupMember')

export const taskSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    details: z.string().openapi({ description: 'Markdown.' }),
    owner: named.nullable(),
    dueOn: z.iso.date().nullable(),
    state: z.enum(taskStates),
    overdue: z.boolean(),
    group: groupName.nullable(),
    meetingId: z.uuid().nullable(),
  })
  .openapi('Task')

export const newTaskSchema = z
  .object({
    title: z.string().trim().min(1).max(300),
    details: z.string().trim().max(10_000).default(''),
    owner: z.uuid().nullable().default(null).openapi({ description: 'Somebody of the group, by their id.' }),
    due: z.iso.date().nullable().default(null),
  })
  .openapi('NewTask')

export const deliverableSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    details: z.string(),
    dueOn: z.iso.date().nullable(),
    state: z.enum(deliverableStates),
    overdue: z.boolean(),
    file: named.nullable(),
    url: z.string().nullable(),
  })
  .openapi('Deliverable')
