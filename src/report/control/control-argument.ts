import * as z from 'zod'

/** Longest value of an argument. */
export const MAX_ARGUMENT_LENGTH = 64 * 1024

/** Most arguments of one use of a control. */
export const MAX_ARGUMENTS = 16

/** Most arguments that the description of a control has. */
export const MAX_DESCRIBED_ARGUMENTS = 8

/** What a person fills in: a line of text, one of several values, or `true` or `false`. */
export const argumentKinds = ['text', 'choice', 'flag'] as const

const MAX_LABEL_LENGTH = 64
const MAX_HINT_LENGTH = 256
const MAX_CHOICES = 64

export const argumentNameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)

const choiceSchema = z.string().min(1).max(MAX_LABEL_LENGTH)

export const argumentDescriptionSchema = z
  .strictObject({
    name: argumentNameSchema,
    /** What it is called: `Signal`. */
    label: z.string().min(1).max(MAX_LABEL_LENGTH),
    /** What is possible, and what it means when it is left out. */
    hint: z.exactOptional(z.string().min(1).max(MAX_HINT_LENGTH)),
    kind: z.enum(argumentKinds),
    /** The values of a `choice`, each once; absent of the others. */
    choices: z.exactOptional(z.array(choiceSchema).min(1).max(MAX_CHOICES).readonly()),
    /** What it is when it is left out. A `flag` is `false` unless told. */
    default: z.exactOptional(z.string().min(1).max(MAX_HINT_LENGTH)),
    /** It cannot be left out. */
    required: z.exactOptional(z.literal(true)),
  })
  .refine(({ kind, choices }) => (kind === 'choice') === (choices !== undefined), {
    path: ['choices'],
    message: 'a choice has choices, and nothing else has',
  })
  .refine(({ choices = [] }) => isEachOnce(choices), { path: ['choices'], message: 'each choice once' })
  .refine(({ kind, choices, default: usual }) => usual === undefined || isPossible(kind, choices, usual), {
    path: ['default'],
    message: 'not a value that the argument can have',
  })
  .readonly()

/** An argument of a control that a person may fill in. Arguments are text; that of a flag is `true` or `false`. */
export type ArgumentDescription = z.infer<typeof argumentDescriptionSchema>

/** The arguments that a person may fill in, in their order. A control may take others, which only programs give. */
export const argumentDescriptionsSchema = z
  .array(argumentDescriptionSchema)
  .min(1)
  .max(MAX_DESCRIBED_ARGUMENTS)
  .refine((all) => isEachOnce(all.map(({ name }) => name)), 'each name once')
  .readonly()

const isEachOnce = (texts: readonly string[]): boolean => new Set(texts).size === texts.length

const isPossible = (
  kind: (typeof argumentKinds)[number],
  choices: readonly string[] | undefined,
  value: string,
): boolean => {
  if (kind === 'flag') return value === 'true' || value === 'false'
  return kind === 'text' || choices?.includes(value) === true
}
