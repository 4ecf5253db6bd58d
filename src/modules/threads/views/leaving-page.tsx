import { type Network, NetworkLayout } from '#modules/network/index.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'

/** Where the line at the foot of a thread's mail leads. It names no thread: whoever holds the mail need not be signed in. */
export function LeavingPage({ network, done }: { network: Network; done: boolean }) {
  const { i18n, path } = useFrame()
  const { t } = i18n
  return (
    <NetworkLayout of={network} title={t('threads.leaving.title')} noIndex>
      <div class="listing">
        <h1>{t('threads.leaving.title')}</h1>
        <p role={done ? 'status' : undefined}>
          {done ? t('threads.leaving.done') : t('threads.leaving.ask')}
        </p>
        {!done && <Form action={path} submit={t('threads.leaving.submit')} />}
      </div>
    </NetworkLayout>
  )
}
