import type { Viewer } from '#platform/auth/viewer.ts'
import type { MailBody, MailSummary } from '#platform/mail/index.ts'

/**
 * Anyone can be an invented person of the demonstration, and a real one may have signed up there: what the mail says to
 * real people about the safety of their accounts, and where they have it sent, is not for everybody.
 */
export function summaryFor(viewer: Pick<Viewer, 'demonstration'>, summary: MailSummary): MailSummary {
  const replyTo = viewer.demonstration && !isInvented(summary.replyTo ?? '') ? null : summary.replyTo
  return mayKnow(viewer, summary)
    ? { ...summary, replyTo }
    : { ...summary, replyTo, to: { name: '', address: '' } }
}

export function messageFor(viewer: Pick<Viewer, 'demonstration'>, message: MailBody): MailBody {
  const { summary, body } = message
  const kept = summary.kind === 'security' && !mayKnow(viewer, summary)
  return { summary: summaryFor(viewer, summary), body: kept ? null : body }
}

/** Addresses that can be nobody's end with .invalid (RFC 2606): those of the invented people. */
function mayKnow(viewer: Pick<Viewer, 'demonstration'>, { to }: MailSummary): boolean {
  return !viewer.demonstration || isInvented(to.address)
}

function isInvented(address: string): boolean {
  return /\.invalid$/i.test(address)
}
