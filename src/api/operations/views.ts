import { createRoute, z } from '@hono/zod-openapi'
import { connectionsDocumentSchema } from '../map/connections.ts'
import { nodeDocumentSchema } from '../map/details.ts'
import { viewDescriptionSchema, viewDiffSchema, viewDocumentSchema } from '../map/view.ts'
import { answers, ifNoneMatch, needs, socket, taggedAnswers, unknownView } from './entry/operation.ts'
import { hiding, q, t, timestamp, viewOptions, viewPath } from './entry/parameters.ts'

export const views = createRoute({
  ...needs('view:read'),
  method: 'get',
  path: '/api/topology',
  summary: 'The views, with their options and sizes',
  request: { query: z.object({ ...viewOptions, timestamp }), headers: ifNoneMatch },
  responses: taggedAnswers('The views.', z.array(viewDescriptionSchema).readonly()),
})

export const document = createRoute({
  ...needs('view:read'),
  method: 'get',
  path: '/api/topology/{view}',
  summary: 'A view: nodes, and edges with their numbers',
  request: {
    params: viewPath,
    query: z.object({ q, ...viewOptions, ...hiding, timestamp }),
    headers: ifNoneMatch,
  },
  responses: taggedAnswers('The view.', viewDocumentSchema, unknownView),
})

export const viewSocket = createRoute({
  ...needs('view:read'),
  method: 'get',
  path: '/api/topology/{view}/ws',
  summary: 'A view, then what changes in it',
  request: { params: viewPath, query: z.object({ q, t, ...viewOptions, ...hiding, timestamp }) },
  ...socket(
    viewDiffSchema,
    unknownView,
    'A WebSocket; each text frame is as `x-websocket` says. A client that offers the subprotocol `scope.view.v2` gets frames in ' +
      'which numbers are apart, as docs/api.md tells.',
  ),
})

export const details = createRoute({
  ...needs('view:read'),
  method: 'get',
  path: '/api/topology/{view}/{id}',
  summary: 'The details of a node',
  request: {
    params: viewPath.extend({ id: z.string().describe('Node id, percent-encoded.') }),
    query: z.object({
      samples: z
        .enum(['5m', '1h'])
        .optional()
        .describe(
          'Each sample of the last five minutes (what you get unless told), or thinned ones of the last hour.',
        ),
      ...viewOptions,
      ...hiding,
      timestamp,
    }),
    headers: ifNoneMatch,
  },
  responses: taggedAnswers('The node.', nodeDocumentSchema, {
    404: 'There is no such view, or it has no such node.',
  }),
})

export const connections = createRoute({
  ...needs('connection:read'),
  method: 'get',
  path: '/api/connections',
  summary: 'The single connections of an edge, asked of the probes that see them',
  request: {
    query: z.object({
      view: z.string('is missing').describe('Id of the view that has the edge.'),
      edge: z.string('is missing').describe('Id of the edge.'),
      ...viewOptions,
    }),
  },
  responses: answers('The connections.', connectionsDocumentSchema, {
    404: 'There is no such view, or it has no such edge.',
  }),
})
