import * as z from 'zod'
import { incarnationSchema } from '../incarnation.ts'
import { defaultLimits } from '../limits.ts'
import {
  argumentDescriptionsSchema,
  argumentNameSchema,
  MAX_ARGUMENT_LENGTH,
  MAX_ARGUMENTS,
} from './control-argument.ts'
import { controlKinds } from './control-kind.ts'

/** What a control opens: a stream that is shown in a terminal, or lines of a log. */
export const sessionKinds = ['terminal', 'logs'] as const

/** See {@link sessionKinds}. */
export type SessionKind = (typeof sessionKinds)[number]

const { nameLength, valueLength } = defaultLimits

/** Most controls of one probe, and so of one node. */
export const MAX_CONTROLS = 64

/** How long a control may take until it is answered, unless its description says otherwise. */
export const CONTROL_TIMEOUT_MS = 10_000

/** The longest that a description may say. */
export const MAX_CONTROL_TIMEOUT_MS = 600_000

export const controlIdSchema = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/)

export const controlDescriptionSchema = z
  .strictObject({
    /** `docker_stop_container`. Weave Scope's id where it has such a control. */
    id: controlIdSchema,
    kind: z.enum(controlKinds),
    /** What it is called: `Stop`. */
    label: z.string().min(1).max(nameLength),
    /** Class of a Font Awesome icon, as in Weave Scope: `fa fa-stop`. */
    icon: z.string().max(nameLength),
    /** Order among the controls of a node; lower comes first. */
    rank: z.int(),
    /** How long the probe tries to answer, in ms; {@link CONTROL_TIMEOUT_MS} unless told. */
    timeoutMs: z.exactOptional(z.int().min(1).max(MAX_CONTROL_TIMEOUT_MS)),
    /** What it opens; absent when it is done once it is answered. */
    opens: z.exactOptional(z.enum(sessionKinds)),
    /**
     * What is asked before it is used, about one node: `Stop this container?`. Present when it ends or interrupts
     * something, or cannot be undone.
     */
    confirmation: z.exactOptional(z.string().min(1).max(valueLength)),
    /** Whoever uses it can run programs inside the node, which on a container that reaches its host takes an admin. */
    enters: z.exactOptional(z.literal(true)),
    /** What a person may fill in; the control can be used without it, but for those that are required. */
    arguments: z.exactOptional(argumentDescriptionsSchema),
  })
  .readonly()

/** A control as a probe describes it. The app and the page know no control but by this. */
export type ControlDescription = z.infer<typeof controlDescriptionSchema>

/** Arguments of a control, by name: text, as in Weave Scope. */
export const controlArgumentsSchema = z
  .record(argumentNameSchema, z.string().max(MAX_ARGUMENT_LENGTH))
  .refine((given) => Object.keys(given).length <= MAX_ARGUMENTS, `at most ${MAX_ARGUMENTS} arguments`)

/** See {@link controlArgumentsSchema}. */
export type ControlArguments = z.infer<typeof controlArgumentsSchema>

/** The method of the channel by which the app has a control used. */
export const CONTROL_METHOD = 'control'

export const controlParamsSchema = z.strictObject({
  control: controlIdSchema,
  nodeId: z.string().min(1).max(nameLength),
  /** The incarnation that whoever asks was shown; without it, the control is used on whichever has the id now. */
  incarnation: z.exactOptional(incarnationSchema),
  args: controlArgumentsSchema,
})

/** Parameters of the method `control`. */
export type ControlParams = z.infer<typeof controlParamsSchema>

export const controlResultSchema = z.strictObject({
  /** What came of it, for people; absent when that it was done says all. */
  message: z.exactOptional(z.string().max(valueLength)),
  /** The node is gone with it. */
  removedNode: z.exactOptional(z.string().max(nameLength)),
  /** Present when a stream was opened. */
  opened: z.exactOptional(
    z.strictObject({
      /** The output is that of a terminal (with escape sequences), and the terminal can be resized. */
      tty: z.boolean(),
    }),
  ),
})

/** Result of the method `control`. */
export type ControlResult = z.infer<typeof controlResultSchema>
