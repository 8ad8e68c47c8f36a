import { createRoute, z } from '@hono/zod-openapi'
import { incarnationSchema } from '../../report/incarnation.ts'
import { controlAnswerSchema, controlBodySchema, controllablesDocumentSchema } from '../control.ts'
import { MAX_CONTROLLABLES } from '../limits.ts'
import {
  answers,
  ifNoneMatch,
  needs,
  optionalJsonBody,
  taggedAnswers,
  unknownView,
} from './entry/operation.ts'
import { q, viewOptions, wholeNumber } from './entry/parameters.ts'

/** Most bytes of the arguments of a control. */
export const MAX_CONTROL_BODY_BYTES = 128 * 1024

export const controls = createRoute({
  ...needs('view:read'),
  method: 'get',
  path: '/api/controls',
  summary: 'What can be done to the nodes of a view now, and who is connected to them',
  request: {
    query: z.object({
      topology: z.string().default('containers').describe('Id of a view. Groups are not folded in it.'),
      q,
      ids: z
        .string()
        .optional()
        .describe(
          'Only these nodes, with commas between their ids. Without `q` they are found also where the options hide them.',
        ),
      limit: wholeNumber(1, MAX_CONTROLLABLES).default(1000).describe('How many nodes, at most.'),
      ...viewOptions,
    }),
    headers: ifNoneMatch,
  },
  responses: taggedAnswers('The nodes that offer something.', controllablesDocumentSchema, unknownView),
})

export const useControl = createRoute({
  ...needs('control:use'),
  'x-body-bytes': MAX_CONTROL_BODY_BYTES,
  method: 'post',
  path: '/api/control/{probeId}/{nodeId}/{control}',
  summary: 'Act on a node',
  description:
    'The answer comes when it is done, or what was opened has begun. If the client closes the connection before, the probe is ' +
    'told to give up. `docker_resize_exec_tty` and `host_resize_exec_tty` resize the terminal of a pipe that one has opened; their ' +
    'arguments are `pipeID`, `width` and `height`.',
  request: {
    params: z.object({
      probeId: z.string().describe('The probe that does it, as `controls` of a node names it.'),
      nodeId: z.string().describe('The node as the probe names it, percent-encoded.'),
      control: z.string().describe('Id of the control.'),
    }),
    query: z.object({
      incarnation: incarnationSchema
        .optional()
        .describe(
          'As `controls` of the node has it: when another has the id of the node meanwhile, nothing is done, and the answer is ' +
            '`conflict`. Without it, the control is used on whichever has the id now.',
        ),
    }),
    body: optionalJsonBody(controlBodySchema),
  },
  responses: answers('It is done.', controlAnswerSchema, {
    400: '`invalid_parameter`, `invalid_params`: the arguments are not what the control takes.',
    403: '`forbidden`, `sign_in`, `read_only`, `no_controls`: who asks may not do it. `not_allowed`: the probe does not allow it.',
    404:
      '`unknown_probe`, `unknown_node`, `unknown_control`: no such probe reports, it does not report this node, or it has no such ' +
      'control. `unknown_pipe`: who asks has no such pipe.',
    409:
      '`not_offered`: the node does not offer the control in the state that it is in. `conflict`: its state does not allow it, or ' +
      'it is another node than `incarnation` says. ' +
      '`stale`: the probe has been started anew since its last report.',
    413: '`too_large`: the arguments are too large.',
    502: 'It failed: `message` says why. `closed`: the probe has gone before it answered. `bad_answer`: it answered what it should not.',
    503:
      '`no_channel`: the probe takes no orders from this app at the moment. `busy`: it is doing too much at once. ' +
      '`too_many_pipes`: too many pipes are open.',
    504: '`timeout`: the probe did not answer in time. It may have been done all the same.',
  }),
})
