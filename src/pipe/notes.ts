import * as z from 'zod'
import { exitSchema, resizeSchema } from '../channel/stream.ts'

const offset = z.int().min(0)

/**
 * What whoever looks at a pipe tells the app, beside input. `ack`: the output up to this offset is consumed. `resize`: the size of
 * the terminal. `endInput`: no more input comes.
 */
export const viewerNoteSchema = z.union([
  z.strictObject({ ack: offset }),
  resizeSchema,
  z.strictObject({ endInput: z.literal(true) }),
])

/** See {@link viewerNoteSchema}. */
export type ViewerNote = z.infer<typeof viewerNoteSchema>

const helloSchema = z
  .strictObject({
    tty: z.boolean().describe('It is a terminal: its output has escape sequences, and it can be resized.'),
    from: offset.describe('Offset of the first byte of output that follows.'),
    lost: z
      .exactOptional(z.int().min(1))
      .describe('How many bytes before it were asked for, and are not kept any more.'),
    received: offset.describe('How many bytes of input were taken, so offset of the next one.'),
    inputEnded: z.exactOptional(z.literal(true)).describe('No more input is taken.'),
    viewer: z
      .int()
      .min(1)
      .describe('Number of this viewer, which is given again (`viewer`) when the same one reconnects.'),
  })
  .readonly()

const endedSchema = z
  .strictObject({
    exit: z.exactOptional(exitSchema.describe('How the process ended.')),
    reason: z.exactOptional(z.string()).describe('Why the pipe has ended otherwise, in words.'),
  })
  .readonly()

/**
 * What the app tells whoever looks at a pipe, beside output: `hello` first of all, `received` when more input was taken, `ended`
 * last of all.
 */
export const appNoteSchema = z
  .union([
    z.strictObject({ hello: helloSchema }),
    z.strictObject({ received: offset.describe('How many bytes of input were taken so far.') }),
    z.strictObject({ ended: endedSchema }),
  ])
  .meta({ id: 'PipeNote', description: 'What the app tells on lane 3 of a pipe.' })

/** See {@link appNoteSchema}. */
export type AppNote = z.infer<typeof appNoteSchema>

/** How the app begins. */
export type Hello = z.infer<typeof helloSchema>

/** How a pipe has ended. */
export type Ended = z.infer<typeof endedSchema>
