import * as z from 'zod'
import { CHANNEL_PATH } from '../report/channel.ts'
import { deltaSchema } from '../report/delta-schema.ts'
import { appDetailsSchema, errorBodySchema, healthSchema, probeSummarySchema } from './app.ts'
import { connectionsDocumentSchema } from './connections.ts'
import { nodeDocumentSchema } from './details.ts'
import { eventsDocumentSchema, eventsFrameSchema } from './event.ts'
import {
  completeQuerySchema,
  connectionsQuerySchema,
  detailsQuerySchema,
  eventsQuerySchema,
  eventsSocketQuerySchema,
  searchQuerySchema,
  viewQuerySchema,
  viewSocketQuerySchema,
} from './parameters.ts'
import { completionDocumentSchema, searchDocumentSchema } from './query.ts'
import { namedReportSchema, rawReportsSchema } from './raw-reports.ts'
import { viewDescriptionSchema, viewDiffSchema, viewDocumentSchema } from './view.ts'

/** What can be asked at a path. */
export interface Operation {
  readonly summary: string
  readonly path?: z.ZodObject
  readonly query?: z.ZodObject
  /** The options of views are query parameters, too. */
  readonly takesViewOptions?: true
  readonly answer: z.ZodType
  /** The path speaks WebSocket, and `answer` is a text frame. */
  readonly isSocket?: true
  /** What errors there may be beside those of every path, by status. */
  readonly errors?: Readonly<Record<number, string>>
}

const viewPath = z.object({ view: z.string().describe('Id of a view, such as `containers`.') })
const nodePath = viewPath.extend({ id: z.string().describe('Node id, percent-encoded.') })

const badParameter = { 400: 'A parameter or an option has a value that is not possible.' }
const noView = { 404: 'There is no such view.' }
const socketErrors = { 426: 'The request does not ask for a WebSocket.', 503: 'No more sockets are taken.' }

/** Everything that can be asked with GET, by path. The page's client is typed by it, the OpenAPI document made from it. */
export const getOperations = {
  '/api': { summary: 'Version and limits of the app', answer: appDetailsSchema },
  '/api/topology': {
    summary: 'The views, with their options and sizes',
    takesViewOptions: true,
    answer: z.array(viewDescriptionSchema).readonly(),
    errors: badParameter,
  },
  '/api/topology/{view}': {
    summary: 'A view: nodes, and edges with their numbers',
    path: viewPath,
    query: viewQuerySchema,
    takesViewOptions: true,
    answer: viewDocumentSchema,
    errors: { ...badParameter, ...noView },
  },
  '/api/topology/{view}/ws': {
    summary: 'A view, then what changes in it',
    path: viewPath,
    query: viewSocketQuerySchema,
    takesViewOptions: true,
    answer: viewDiffSchema,
    isSocket: true,
    errors: { ...badParameter, ...noView, ...socketErrors },
  },
  '/api/topology/{view}/{id}': {
    summary: 'The details of a node',
    path: nodePath,
    query: detailsQuerySchema,
    takesViewOptions: true,
    answer: nodeDocumentSchema,
    errors: { ...badParameter, 404: 'There is no such view, or it has no such node.' },
  },
  '/api/connections': {
    summary: 'The single connections of an edge, asked of the probes that see them',
    query: connectionsQuerySchema,
    takesViewOptions: true,
    answer: connectionsDocumentSchema,
    errors: { ...badParameter, 404: 'There is no such view, or it has no such edge.' },
  },
  '/api/search': {
    summary: 'What a query finds over all views',
    query: searchQuerySchema,
    takesViewOptions: true,
    answer: searchDocumentSchema,
    errors: badParameter,
  },
  '/api/complete': {
    summary: 'How a query can go on',
    query: completeQuerySchema,
    takesViewOptions: true,
    answer: completionDocumentSchema,
    errors: badParameter,
  },
  '/api/probes': {
    summary: 'The probes, and how each collector runs',
    answer: z.array(probeSummarySchema).readonly(),
  },
  '/api/events': {
    summary: 'What happened, newest first',
    query: eventsQuerySchema,
    answer: eventsDocumentSchema,
    errors: badParameter,
  },
  '/api/events/ws': {
    summary: 'What happened lately, then what happens',
    query: eventsSocketQuerySchema,
    answer: eventsFrameSchema,
    isSocket: true,
    errors: { ...badParameter, ...socketErrors },
  },
  '/api/report': {
    summary: 'All reports that are held',
    answer: rawReportsSchema,
    errors: { 503: 'Too many read them at once.' },
  },
  [CHANNEL_PATH]: {
    summary: 'For probes: the channel on which the app asks them. Frames are sealed with the cluster key',
    answer: z.unknown(),
    isSocket: true,
    errors: { ...socketErrors, 409: 'No report of this start of the probe is held.' },
  },
  '/api/openapi.json': {
    summary: 'This document',
    answer: z.record(z.string(), z.unknown()),
  },
  '/health': { summary: 'Answers while the app runs', answer: healthSchema },
} as const satisfies Readonly<Record<string, Operation>>

/** Path of an operation of GET. */
export type GetPath = keyof typeof getOperations

/** The body of `POST /api/report`: a whole report, or what changed since one. */
export const reportMessageSchema = z.union([
  namedReportSchema,
  deltaSchema.meta({
    id: 'ReportDelta',
    description:
      'What changed since the report `envelope.base`, which the app holds: new and changed entities, each whole, and the ' +
      'ids of those that are gone.',
  }),
])

/** What a probe gets for its report. */
export const reportTakenSchema = z
  .object({ seq: z.int().min(1) })
  .readonly()
  .meta({ id: 'ReportTaken', description: 'The report was taken.' })

/** What a probe gets for a report that does not follow those before. */
export const reportConflictSchema = errorBodySchema
  .unwrap()
  .extend({
    need: z.exactOptional(z.literal('full')).describe('The app does not hold the base: send a whole report.'),
  })
  .readonly()
  .meta({ id: 'ReportConflict', description: 'The report does not follow those before.' })
