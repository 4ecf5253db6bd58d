import type { Answer, Option } from '#modules/meetings/polls/answers.ts'
import { type bestDates, type Vote, votes } from '#modules/meetings/polls/best-dates.ts'
import type { Poll } from '#modules/meetings/polls/polls.ts'
import { voteNames } from '#modules/meetings/polls/views/names.ts'
import { When } from '#modules/meetings/polls/views/when.tsx'
import { useFrame } from '#ui/frame.ts'

/**
 * A row for each date, by time, with who said what: it reads downwards on a phone, and aloud. A column for each person, as
 * such tables often have, would do neither.
 */
export function PollTable(props: {
  poll: Poll
  options: Option[]
  answers: Answer[]
  best: ReturnType<typeof bestDates>
  readerZone: string | null
}) {
  const { i18n } = useFrame()
  const { t } = i18n
  const { poll, options, answers, best } = props
  const standings = new Map(best.standings.map(standing => [standing.id, standing]))
  const remarks = answers.filter(({ remark }) => remark !== '')
  return (
    <>
      <table class="cards poll-table">
        <caption class="visually-hidden">{t('poll.table')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('poll.table.date')}</th>
            {votes.map(vote => (
              <th key={vote} scope="col">
                {t(voteNames[vote])}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {options.map(option => {
            const standing = standings.get(option.id)
            if (!standing) return null
            const leads = standing.rank === 1 && standing.yes + standing.maybe > 0
            return (
              <tr key={option.id} class={leads ? 'leads' : undefined}>
                <th scope="row">
                  <When {...option} timeZone={poll.timeZone} readerZone={props.readerZone} />
                  {option.chosen ? (
                    <span class="tag state-completed">{t('poll.table.chosen')}</span>
                  ) : (
                    leads && <span class="tag">{t('poll.table.best')}</span>
                  )}
                </th>
                {votes.map(vote => (
                  <td key={vote} data-label={t(voteNames[vote])} class={`votes-${vote}`}>
                    <strong>{i18n.number(standing[vote])}</strong>{' '}
                    <Names answers={answers} option={option.id} vote={vote} />
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
      {remarks.length > 0 && (
        <dl class="remarks">
          {remarks.map(({ id, name, organisation, remark }) => (
            <div key={id}>
              <dt>{organisation ? `${name}, ${organisation}` : name}</dt>
              <dd>{remark}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}

function Names({ answers, option, vote }: { answers: Answer[]; option: string; vote: Vote }) {
  const { t } = useFrame().i18n
  const names = answers
    .filter(({ votes: given }) => given.get(option) === vote)
    .map(({ name, own }) => (own ? t('poll.you') : name))
  return names.length > 0 ? <span class="names">{names.join(', ')}</span> : null
}
