import type { MiddlewareHandler } from 'hono'
import { sql } from 'kysely'
import type { AppEnv } from '#http/context.ts'
import type { Module } from '#http/module.ts'
import { page } from '#http/respond.ts'
import { archive, showData } from '#modules/account/data.ts'
import { erase, showErasure } from '#modules/account/erasure.ts'
import { saveMail, showMail, showSilence, silenceMail } from '#modules/account/mail.ts'
import { mountAuth } from '#modules/account/mount.ts'
import { reset, sendReset, showReset, showResetToken } from '#modules/account/password-reset.ts'
import * as profile from '#modules/account/profile.ts'
import * as secondFactor from '#modules/account/second-factor.ts'
import * as security from '#modules/account/security.ts'
import * as signIn from '#modules/account/sign-in.ts'
import { sendVerification, showSignUp, showVerification, signUp, verify } from '#modules/account/sign-up.ts'
import { RetentionPage } from '#modules/account/views/retention-page.tsx'
import { openPage } from '#modules/network/index.ts'

/** Accounts: how one comes in, what is one's own, and how one leaves. */
export const account: Module = {
  name: 'account',
  pages(app) {
    app.use('/:locale/account/*', keptByNobody)
    openPage(app, 'signIn', { GET: signIn.showSignIn, POST: signIn.signIn })
    openPage(app, 'signInCode', { GET: signIn.showCode, POST: signIn.sendCode })
    openPage(app, 'signInProvider', { POST: signIn.signInByProvider })
    openPage(app, 'magicLink', { GET: signIn.showMagicLink, POST: signIn.sendMagicLink })
    openPage(app, 'magicLinkToken', { GET: signIn.showMagicLinkToken, POST: signIn.signInByLink })
    openPage(app, 'signOut', { POST: signIn.signOut })
    openPage(app, 'signUp', { GET: showSignUp, POST: signUp })
    openPage(app, 'verification', { GET: showVerification, POST: verify })
    openPage(app, 'verificationMessage', { POST: sendVerification })
    openPage(app, 'passwordReset', { GET: showReset, POST: sendReset })
    openPage(app, 'passwordResetToken', { GET: showResetToken, POST: reset })

    openPage(app, 'account', { GET: profile.showProfile, POST: profile.saveProfile })
    openPage(app, 'accountAddress', { POST: profile.askForAddress })
    openPage(app, 'accountAddressConfirmation', {
      GET: profile.showAddressConfirmation,
      POST: profile.confirmAddress,
    })
    openPage(app, 'accountSecurity', { GET: security.showSecurity })
    openPage(app, 'accountPassword', { GET: security.showPassword, POST: security.changePassword })
    openPage(app, 'accountPasskey', { POST: security.renamePasskey })
    openPage(app, 'accountPasskeyRemoval', { POST: security.removePasskey })
    openPage(app, 'accountProvider', { POST: security.linkProvider })
    openPage(app, 'accountProviderRemoval', { POST: security.unlinkProvider })
    openPage(app, 'accountSession', { POST: security.endSession })
    openPage(app, 'accountSessions', { POST: security.endOtherSessions })
    openPage(app, 'secondFactor', {
      GET: secondFactor.showSecondFactor,
      POST: secondFactor.setUpSecondFactor,
    })
    openPage(app, 'secondFactorConfirmation', { POST: secondFactor.confirmSecondFactor })
    openPage(app, 'secondFactorRemoval', { POST: secondFactor.removeSecondFactor })
    openPage(app, 'recoveryCodes', { POST: secondFactor.renewRecoveryCodes })
    openPage(app, 'accountMail', { GET: showMail, POST: saveMail })
    openPage(app, 'accountData', { GET: showData })
    openPage(app, 'accountArchive', { GET: archive })
    openPage(app, 'accountErasure', { GET: showErasure, POST: erase })

    openPage(app, 'mailSilence', { GET: showSilence, POST: silenceMail })
    openPage(app, 'retention', { GET: c => page(c, RetentionPage, {}) })
    mountAuth(app)
  },
  jobs: ({ db }) => [
    {
      queue: 'account.prune',
      expireSeconds: 300,
      retries: 3,
      schedule: '17 3 * * *',
      async run() {
        await sql`select account_prune()`.execute(db)
      },
    },
  ],
}

/** No copy of these pages is to lie about, on the way or in the browser: the next one at the same desk may look. */
const keptByNobody: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  c.res.headers.set('cache-control', 'no-store')
}
