import type { Hono } from 'hono'
import type { AppEnv } from '#http/context.ts'
import {
  newSeries,
  postSeries,
  postSeriesDetails,
  postSeriesEnd,
  postSeriesExtension,
  postSeriesHost,
  postSeriesRegistration,
  postSeriesRegistrationRemoval,
  showSeries,
  showSeriesDetails,
  showSeriesList,
} from '#modules/meetings/series/series-pages.ts'
import { openPage } from '#modules/network/index.ts'

export function openSeriesPages(app: Hono<AppEnv>): void {
  openPage(app, 'meetingSeries', { GET: showSeriesList, POST: postSeries })
  openPage(app, 'newMeetingSeries', { GET: newSeries })
  openPage(app, 'oneSeries', { GET: showSeries })
  openPage(app, 'seriesDetails', { GET: showSeriesDetails, POST: postSeriesDetails })
  openPage(app, 'seriesExtension', { POST: postSeriesExtension })
  openPage(app, 'seriesEnd', { POST: postSeriesEnd })
  openPage(app, 'seriesHost', { POST: postSeriesHost })
  openPage(app, 'seriesRegistration', { POST: postSeriesRegistration })
  openPage(app, 'seriesRegistrationRemoval', { POST: postSeriesRegistrationRemoval })
}
