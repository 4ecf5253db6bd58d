import type { ComponentChildren } from 'preact'
import { useFrame } from '#ui/frame.ts'

export interface PasskeyWords {
  label: string
  failed: string
  /** The session is too old to add a means of signing in. */
  fresh: string
}

/** Where the island of passkeys puts its button: without scripts, or without passkeys in the browser, there is none. */
export function PasskeyButton(props: {
  kind: 'sign-in' | 'register'
  next: string
  /** Stands in the button's place until there is one. */
  children?: ComponentChildren
}) {
  const { i18n, assets } = useFrame()
  const { t } = i18n
  const words: PasskeyWords = {
    label: t(props.kind === 'sign-in' ? 'account.passkey.sign-in' : 'account.passkey.add'),
    failed: t('account.passkey.failed'),
    fresh: t('account.problem.fresh'),
  }
  return (
    <div
      class="passkey"
      data-island={assets.url('passkey.js')}
      data-kind={props.kind}
      data-next={props.next}
      data-words={JSON.stringify(words)}
    >
      {props.children}
    </div>
  )
}
