import { kindName } from '#modules/waiting/words.ts'
import { Form } from '#ui/form.tsx'
import { useFrame } from '#ui/frame.ts'
import { Layout } from '#ui/layout.tsx'

/** Where a digest's “no more of these” leads; it can be taken back there as well. */
export function SilencePage({ kind, done }: { kind: string; done: 'silent' | 'heard' | null }) {
  const { i18n, path } = useFrame()
  const { t } = i18n
  const name = kindName(i18n, kind)
  const said = { silent: 'waiting.leaving.done', heard: 'waiting.leaving.back' } as const
  return (
    <Layout title={t('waiting.leaving.title')} noIndex>
      <div class="listing">
        <h1>{t('waiting.leaving.title')}</h1>
        <p role={done ? 'status' : undefined}>{t(done ? said[done] : 'waiting.leaving.ask', { name })}</p>
        {done === 'silent' ? (
          <Form action={path} submit={t('waiting.leaving.undo')}>
            <input type="hidden" name="again" value="on" />
          </Form>
        ) : (
          <Form action={path} submit={t('waiting.leaving.submit')} />
        )}
      </div>
    </Layout>
  )
}
