import * as z from 'zod'
import { controlArgumentsSchema, sessionKinds } from '../report/control/control.ts'
import { argumentKinds } from '../report/control/control-argument.ts'
import { controlKinds } from '../report/control/control-kind.ts'

/** The body of a request to use a control. */
export const controlBodySchema = controlArgumentsSchema.meta({
  id: 'ControlArguments',
  description: 'Arguments of a control, by name. All are text.',
})

export const controlAnswerSchema = z
  .object({
    value: z.exactOptional(z.string()).describe('What came of it, for people.'),
    pipe: z
      .exactOptional(z.string())
      .describe('Id of the pipe that was opened; secret. See `GET /api/pipe/{id}`.'),
    raw_tty: z
      .exactOptional(z.boolean())
      .describe('The pipe is that of a terminal, which can be resized and has escape sequences in it.'),
    resize_tty_control: z
      .exactOptional(z.string())
      .describe('The control that resizes the terminal, with the arguments `pipeID`, `width` and `height`.'),
    removedNode: z.exactOptional(z.string()).describe('The node that is gone with it.'),
  })
  .readonly()
  .meta({ id: 'ControlAnswer', description: 'What came of using a control.' })

/** `POST /api/control/{probeId}/{nodeId}/{control}` */
export type ControlAnswer = z.infer<typeof controlAnswerSchema>

export const offeredArgumentSchema = z
  .object({
    name: z.string().describe('By which it is given.'),
    label: z.string().describe('What it is called: `Signal`.'),
    hint: z.exactOptional(z.string()).describe('What is possible, and what it means when it is left out.'),
    kind: z.enum(argumentKinds).describe('`flag`: its value is `true` or `false`.'),
    choices: z.exactOptional(z.array(z.string()).readonly()).describe('The values of a `choice`.'),
    default: z
      .exactOptional(z.string())
      .describe('What it is when it is left out. A `flag` is `false` unless told.'),
    required: z.exactOptional(z.literal(true)).describe('It cannot be left out.'),
  })
  .readonly()
  .meta({ id: 'OfferedArgument', description: 'An argument of a control that a person may fill in.' })

/** An argument of a control that a person may fill in. */
export type OfferedArgument = z.infer<typeof offeredArgumentSchema>

export const offeredControlSchema = z
  .object({
    probeId: z.string().describe('The probe that does it.'),
    nodeId: z.string().describe('The node as the probe names it.'),
    incarnation: z
      .exactOptional(z.string())
      .describe(
        'Tells the node from others that have its id before or after it: of a process, whose pid is used again. Give it with the ' +
          'use of the control. Absent where ids are never used again.',
      ),
    id: z.string(),
    human: z.string().describe('What it is called: `Stop`.'),
    icon: z.string().describe('Class of a Font Awesome icon.'),
    rank: z.int().describe('Order; lower comes first.'),
    kind: z.enum(controlKinds),
    opens: z.exactOptional(z.enum(sessionKinds)).describe('What the answer has a pipe for.'),
    confirmation: z
      .exactOptional(z.string())
      .describe('What to ask first, since it ends something or cannot be undone.'),
    arguments: z
      .exactOptional(z.array(offeredArgumentSchema).readonly())
      .describe('What a person may fill in. It can be used without, but for those that are required.'),
    refused: z
      .exactOptional(z.string())
      .describe('Why it cannot be used now by whoever asks; absent when it can.'),
    refusedCode: z
      .exactOptional(z.string())
      .describe(
        'The same for programs, as the error of its use would have it: `sign_in`, `forbidden`, `no_channel`.',
      ),
  })
  .readonly()
  .meta({ id: 'OfferedControl', description: 'A control that a node offers at the moment.' })

/** A control that a node offers at the moment. */
export type OfferedControl = z.infer<typeof offeredControlSchema>

export const controllableSchema = z
  .object({
    id: z.string().describe('The node, in the view.'),
    label: z.string(),
    labelMinor: z.string(),
    clients: z
      .object({
        open: z.int().describe('Connections that are open to it now.'),
        total: z.int().describe('From how many nodes of the view.'),
        names: z.array(z.string()).readonly().describe('Of the first of these, the busiest first.'),
      })
      .readonly()
      .describe('Who is connected to it now, and would notice.'),
    controls: z.array(offeredControlSchema).readonly().describe('By rank.'),
  })
  .readonly()
  .meta({ id: 'Controllable', description: 'A node that can be acted on.' })

/** A node that can be acted on. */
export type Controllable = z.infer<typeof controllableSchema>

export const controllablesDocumentSchema = z
  .object({
    nodes: z.array(controllableSchema).readonly().describe('By label.'),
    total: z.int().describe('How many match, of which `nodes` are the first.'),
  })
  .readonly()
  .meta({ id: 'Controllables', description: 'The nodes of a view that match a query and offer controls.' })

/** `GET /api/controls` */
export type ControllablesDocument = z.infer<typeof controllablesDocumentSchema>
