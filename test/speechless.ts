/** What shows nothing that a network holds. */
export const speechless = [
  '/:locale/:network/administration',
  '/:locale/:network/theme.css',
  '/:locale/:network/logo',
  '/:locale/:network/settings',
  '/:locale/:network/settings/visibility',
  '/:locale/:network/settings/engagement',
  '/:locale/:network/join',
  '/:locale/:network/members/new',
  // Empty, to be filled in.
  '/:locale/:network/organisations/imports/model/:file',
  // By their ids, and how many they are.
  '/:locale/:network/meetings/:meeting/door/presences',
  '/:locale/:network/affiliations/new',
  '/:locale/:network/affiliations/sharing',
  '/:locale/:network/afterworks/new',
  // Of the two who meet.
  '/:locale/:network/introductions',
  '/:locale/:network/introductions/new',
  // Set in type, and packed.
  '/:locale/:network/collections/:collection/booklet/:file',
  // One's own words alone are written anew; what is restored is said behind the `?`.
  '/:locale/:network/writing/:document/history/restoration',
  '/:locale/:network/writing/:document/comments/:comment/text',
  '/:locale/:network/writing/:document/template',
  // One's own, and who asks follows and writes nothing, and comes to nothing.
  '/:locale/:network/following',
  '/:locale/:network/meetings/own',
  // For the public, for whom this meeting is not.
  '/:locale/:network/calendar/:file',
  '/:locale/:network/meetings/:meeting/visit',
  '/:locale/:network/registration-confirmation/:token',
  // What the browser has, it says itself.
  '/:locale/:network/kept-pages',
  '/:locale/:network/threads/:type/:subject/messages/:message',
  // Whoever holds the mail need not know of what.
  '/:locale/:network/thread-leaving/:token',
  // Of whoever is invited, and of whoever has something to do.
  '/:locale/:network/groups/:group/invitations/:groupInvitation',
  '/:locale/:network/tasks',
  // How many, of what others said; and words of one’s own to be written.
  '/:locale/:network/programmes/:programme/steps/:step/fulfilments',
  '/:locale/:network/programme-templates/new',
  // What moves along, which here is nothing.
  '/api/networks/{network}/programmes/{programme}/moves',
  '/api/networks/{network}/introductions',
  '/api/networks/{network}/documents',
  '/api/networks/{network}/commons/followings',
  '/api/networks/{network}/commons/news',
]
