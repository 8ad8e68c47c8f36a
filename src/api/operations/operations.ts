import type * as z from 'zod'
import { appDetails, health, openApi } from './app.ts'
import { audit } from './audit.ts'
import { controls, useControl } from './controls.ts'
import type { Answers, Operation } from './entry/operation.ts'
import { events, eventsSocket } from './events.ts'
import { findings, findingsSocket } from './findings.ts'
import { checkPipe, closePipe, endPipe, pipeSocket } from './pipes.ts'
import { ports } from './ports.ts'
import { complete, search } from './queries.ts'
import { probeChannel, probes, rawReports, receiveGoodbye, receiveReport } from './reports.ts'
import { endSession, endSessions, sessions, signIn, signOut, ticket, who } from './session.ts'
import { addUser, changeUser, removeUser, users } from './users.ts'
import { connections, details, document, viewSocket, views } from './views.ts'

/**
 * All that can be asked of the app, by the name of what answers it. The app registers its handlers by it, the page's client
 * is typed by it, and the OpenAPI document is made from it. Of two paths that fit a request, the one that comes first answers.
 */
export const operations = {
  appDetails,
  views,
  document,
  viewSocket,
  details,
  connections,
  controls,
  useControl,
  ports,
  search,
  complete,
  probes,
  events,
  eventsSocket,
  findings,
  findingsSocket,
  audit,
  rawReports,
  receiveReport,
  receiveGoodbye,
  probeChannel,
  pipeSocket,
  checkPipe,
  endPipe,
  closePipe,
  who,
  signIn,
  signOut,
  sessions,
  endSessions,
  endSession,
  ticket,
  users,
  addUser,
  changeUser,
  removeUser,
  openApi,
  health,
} as const satisfies Readonly<Record<string, Operation>>

/** All entries, by name. */
export type Operations = typeof operations

/** What an operation answers, or sends in a frame when its path is a socket. */
export type AnswerOf<Entry> = Entry extends {
  readonly 'x-websocket': { readonly frame: infer Frame extends z.ZodType }
}
  ? z.output<Frame>
  : Entry extends { readonly responses: Answers<infer Answer> }
    ? z.output<Answer>
    : never
