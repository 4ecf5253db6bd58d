import type { Module } from '#http/module.ts'
import { groupsApi } from '#modules/groups/api.ts'
import { arriveInGroups } from '#modules/groups/arriving.ts'
import { invitation } from '#modules/groups/arriving-section.tsx'
import { groupCommands } from '#modules/groups/commands.ts'
import { bringGroups } from '#modules/groups/demonstration.ts'
import { postGroupFiles, showGroupFiles } from '#modules/groups/file-pages.ts'
import {
  postGroupInvitation,
  postGroupInvitationRevocation,
  postGroupRequest,
  postJoining,
  postJoiningWithdrawal,
  postOwnInvitation,
  showGroupInvitations,
  showGroupRequest,
  showGroupRequests,
  showJoining,
  showOwnInvitation,
} from '#modules/groups/joining-pages.ts'
import { organisationGroups } from '#modules/groups/organisation-groups.ts'
import {
  newGroup,
  postArchival,
  postGroup,
  postGroupDetails,
  postReopening,
  showArchival,
  showGroup,
  showGroupDetails,
  showGroups,
} from '#modules/groups/pages.ts'
import {
  exportGroupMembers,
  postDeparture,
  postGroupMember,
  postOrganisationAdding,
  showDeparture,
  showGroupMember,
  showGroupMembers,
  showOrganisationAdding,
} from '#modules/groups/people-pages.ts'
import { personalData } from '#modules/groups/personal-data.ts'
import { home, organisation, person } from '#modules/groups/shown-elsewhere.tsx'
import { deliverable, group, task } from '#modules/groups/subjects.ts'
import { taskExpectation } from '#modules/groups/task-expectation.ts'
import { groupsWaiting } from '#modules/groups/waiting.ts'
import {
  postDeliverable,
  postDeliverableChange,
  postTask,
  postTaskChange,
  postTaskState,
  showDeliverable,
  showDeliverables,
  showOwnTasks,
  showTask,
  showTasks,
} from '#modules/groups/work-pages.ts'
import { openPage } from '#modules/network/index.ts'

/** Collectives, clubs, working groups, axes, committees: who is in them, and what they have to do. */
export const groups: Module = {
  name: 'groups',
  pages(app) {
    openPage(app, 'groups', { GET: showGroups, POST: postGroup })
    openPage(app, 'newGroup', { GET: newGroup })
    openPage(app, 'group', { GET: showGroup })
    openPage(app, 'groupDetails', { GET: showGroupDetails, POST: postGroupDetails })
    openPage(app, 'groupArchival', { GET: showArchival, POST: postArchival })
    openPage(app, 'groupReopening', { POST: postReopening })
    openPage(app, 'groupJoining', { GET: showJoining, POST: postJoining })
    openPage(app, 'groupJoiningWithdrawal', { POST: postJoiningWithdrawal })
    openPage(app, 'groupRequests', { GET: showGroupRequests })
    openPage(app, 'groupRequest', { GET: showGroupRequest, POST: postGroupRequest })
    openPage(app, 'groupInvitations', { GET: showGroupInvitations, POST: postGroupInvitation })
    openPage(app, 'groupInvitation', { GET: showOwnInvitation, POST: postOwnInvitation })
    openPage(app, 'groupInvitationRevocation', { POST: postGroupInvitationRevocation })
    openPage(app, 'groupMembers', { GET: showGroupMembers })
    openPage(app, 'groupMembersExport', { GET: exportGroupMembers })
    openPage(app, 'groupMember', { GET: showGroupMember, POST: postGroupMember })
    openPage(app, 'groupMemberDeparture', { GET: showDeparture, POST: postDeparture })
    openPage(app, 'groupOrganisations', { GET: showOrganisationAdding, POST: postOrganisationAdding })
    openPage(app, 'groupOrganisationDeparture', { GET: showDeparture, POST: postDeparture })
    openPage(app, 'groupTasks', { GET: showTasks, POST: postTask })
    openPage(app, 'groupDeliverables', { GET: showDeliverables, POST: postDeliverable })
    openPage(app, 'groupFiles', { GET: showGroupFiles, POST: postGroupFiles })
    openPage(app, 'tasks', { GET: showOwnTasks })
    openPage(app, 'task', { GET: showTask, POST: postTaskChange })
    openPage(app, 'taskState', { POST: postTaskState })
    openPage(app, 'deliverable', { GET: showDeliverable, POST: postDeliverableChange })
  },
  api: groupsApi,
  commands: groupCommands,
  sections: { home: [home], person: [person], organisation: [organisation], invitation: [invitation] },
  arriving: arriveInGroups,
  threads: { group, task, deliverable },
  waiting: groupsWaiting,
  organisationGroups,
  expectations: { task: taskExpectation },
  personalData,
  demo: bringGroups,
}
