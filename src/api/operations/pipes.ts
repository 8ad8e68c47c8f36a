import { createRoute, z } from '@hono/zod-openapi'
import { appNoteSchema } from '../../pipe/notes.ts'
import { needs, nothing, socket } from './entry/operation.ts'
import { noParameters, wholeNumber } from './entry/parameters.ts'

const pipePath = z.object({
  id: z
    .string()
    .max(200)
    .describe(
      'Id of a pipe, which whoever opened it got from `POST /api/control/…`. Nobody else can use it.',
    ),
})

const noPipe = {
  404:
    '`unknown_pipe`: there is no such pipe, or somebody else has opened it; `pipe_ended`: it has ended, and the message says why ' +
    '(for 10 minutes).',
}

export const pipeSocket = createRoute({
  ...needs('pipe:use'),
  method: 'get',
  path: '/api/pipe/{id}',
  summary: 'A terminal or a log: its output, and what is typed into it',
  description:
    'Who comes last looks at it; the socket of whoever did before is closed with 4001. docs/controls.md tells more.',
  request: {
    params: pipePath,
    query: z.object({
      format: z
        .enum(['raw', 'lanes'])
        .optional()
        .describe(
          '`raw` (what you get unless told): binary frames of output, and what the client sends is input. `lanes`: each binary frame ' +
            'begins with the lane: 0 input, 1 output, 2 error output, 3 notes (JSON). With acknowledgements, so that a ' +
            'reconnect loses nothing.',
        ),
      from: wholeNumber(0)
        .optional()
        .describe(
          'With `lanes`: offset of the output to begin with, counted in bytes of lanes 1 and 2. Unless told, what nobody ' +
            'has acknowledged.',
        ),
      viewer: wholeNumber(1)
        .optional()
        .describe(
          'With `lanes`, on a reconnect: `viewer` of the first `hello`. If somebody else came in between, the socket is closed ' +
            'with 4001.',
        ),
    }),
  },
  ...socket(appNoteSchema, noPipe, 'A WebSocket of binary frames; `x-websocket` says what lane 3 has.'),
})

export const checkPipe = createRoute({
  ...needs('pipe:use'),
  method: 'get',
  path: '/api/pipe/{id}/check',
  summary: 'Whether a pipe is still there',
  request: { params: pipePath, query: noParameters },
  responses: nothing('It is.', noPipe),
})

export const endPipe = createRoute({
  ...needs('pipe:use'),
  method: 'delete',
  path: '/api/pipe/{id}',
  summary: 'End a pipe, and what runs at its other end',
  request: { params: pipePath, query: noParameters },
  responses: nothing('It has ended.', noPipe),
})

export const closePipe = createRoute({
  ...needs('pipe:use'),
  method: 'post',
  path: '/api/pipe/{id}',
  summary: 'The same as `DELETE`',
  request: { params: pipePath, query: noParameters },
  responses: nothing('It has ended.', noPipe),
})
