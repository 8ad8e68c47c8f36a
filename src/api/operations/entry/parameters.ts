import { z } from '@hono/zod-openapi'
import { MAX_QUERY_LENGTH } from '../../limits.ts'

/** For paths that take no parameters in the query. */
export const noParameters = z.object({})

/** A whole number from text. @param min and `max` are its bounds, both possible */
export const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce
    .number<number>('a whole number')
    .int('a whole number')
    .min(min, `at least ${min}`)
    .max(max, `at most ${max}`)

/** Only what a query chooses. */
export const q = z
  .string()
  .max(MAX_QUERY_LENGTH, `at most ${MAX_QUERY_LENGTH} characters`)
  .optional()
  .describe('Only nodes and edges that the query chooses; docs/queries.md tells its grammar.')

/** Pause between frames of a socket. */
export const t = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/, 'must be a duration above zero, such as 5s or 300ms')
  .optional()
  .describe('The shortest pause between two frames, such as `5s` or `300ms`; never less than 100 ms.')

/** The path of what belongs to a view. */
export const viewPath = z.object({ view: z.string().describe('Id of a view, such as `containers`.') })

const containerViews =
  'Of containers, containers-by-hostname, containers-by-image, compose-services, compose-projects, swarm-services'
const passedOver = 'other views pass it over.'
const shown = z.enum(['show', 'hide']).optional()

/** The options of all views: which of them a view has is told by `GET /api/topology`. */
export const viewOptions = {
  unconnected: shown.describe(
    'Whether to show what has no connections. Unless told: `hide`, and of systemd-units `show`. Of processes, ' +
      `processes-by-name, systemd-units; ${passedOver}`,
  ),
  system: z
    .union([
      z.enum(['all', 'system', 'application']),
      z
        .string()
        .regex(
          /^with(out)?:[^=]+=/,
          'use one of all, system, application, with:KEY=VALUE, without:KEY=VALUE',
        ),
    ])
    .optional()
    .describe(
      'Which containers: those of applications, those that belong to the system, all, or those with or without a label. ' +
        `Unless told: \`application\`. ${containerViews}; ${passedOver}`,
    ),
  stopped: z
    .enum(['stopped', 'running', 'both'])
    .optional()
    .describe(
      `Containers that run, or that do not, or both. Unless told: \`running\`. ${containerViews}; ${passedOver}`,
    ),
  pseudo: shown.describe(
    'Whether to show what a view has no node for, gathered. Unless told: `hide`, and of systemd-units `show`. ' +
      `${containerViews}, systemd-units; ${passedOver}`,
  ),
  namespace: z
    .string()
    .optional()
    .describe(`Only of these stacks, with commas between; none: all. ${containerViews}; ${passedOver}`),
  group: z
    .string()
    .optional()
    .describe('How to fold the view: one of the `groups` that `GET /api/topology` offers.'),
  open: z.string().optional().describe('Ids of groups that are not folded, with commas between.'),
  rest: z
    .enum(['fold', 'show'])
    .optional()
    .describe('Whether what is in no group is folded, too, into one group of its own. Unless told: `show`.'),
  networks: shown.describe(
    'Whether nodes that stand for several containers tell the networks of these in their `metadata`, as containers always do. ' +
      'Unless told: `hide`.',
  ),
}

/** Which moment is asked for; Weave Scope's. */
export const timestamp = z
  .union([
    z.iso.datetime({ offset: true, error: 'use now, or a time such as 2026-01-31T12:00:00Z' }),
    z.enum(['', 'now']),
  ])
  .optional()
  .describe(
    'The moment to show. No history is kept: only `now`, or a time that is not older than what is shown, is possible.',
  )

const yesOrNo = z.enum(['true', 'false']).optional()

/** What not to tell; Weave Scope's. */
export const hiding = {
  hideCommandLineArguments: yesOrNo.describe('Of command lines only the program.'),
  hideEnvironmentVariables: yesOrNo.describe('No environment variables of containers.'),
}

/** Name of an option of views. */
export type OptionName = keyof typeof viewOptions
