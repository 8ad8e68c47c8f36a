import * as z from 'zod'

export const probeSummarySchema = z
  .object({
    id: z.string().describe('Probe id, 16 hex digits.'),
    hostname: z.string(),
    hostId: z.string(),
    version: z.string(),
    lastSeen: z.iso.datetime().describe("When its last report arrived, on the app's clock."),
    ageMs: z
      .int()
      .min(0)
      .describe(
        'Time since its last report arrived: so old is what is shown of its host. Depends on no clock.',
      ),
    intervalMs: z
      .number()
      .min(0)
      .describe(
        'Longest pause between its reports, as it says itself. A probe that is silent for three of them, and for `--app.window`, goes, and all of its host with it.',
      ),
    clockSkewMs: z
      .exactOptional(z.int())
      .describe(
        "How far its clock is ahead of the app's (negative: behind, also by the time that its report took to begin); absent when it does not tell. Nothing is computed from it.",
      ),
    verified: z.boolean().describe("Shares the app's key."),
    cpuPercent: z
      .number()
      .nullable()
      .describe(
        'Share of one core used by the probe between its last two reports, percent; null before the second.',
      ),
    rssBytes: z.number(),
    collectors: z
      .array(
        z
          .object({
            id: z.string(),
            mode: z.string(),
            state: z.enum(['ok', 'degraded', 'waiting', 'off']),
            reason: z.string(),
            since: z.iso.datetime().describe("On the app's clock."),
            counters: z.record(z.string(), z.number()).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    omitted: z.record(z.string(), z.number()).readonly().describe('Entities left out to keep to the limits.'),
  })
  .readonly()
  .meta({ id: 'ProbeSummary', description: 'A probe, and how its collectors run and why.' })

/** One entry of `GET /api/probes`. */
export type ProbeSummary = z.infer<typeof probeSummarySchema>

export const appDetailsSchema = z
  .object({
    id: z.string().describe('Random per start of the app.'),
    version: z.string(),
    hostname: z.string(),
    plugins: z.tuple([]).readonly(),
    capabilities: z.object({ historic_reports: z.literal(false) }).readonly(),
    protocols: z.array(z.int()).readonly().describe('Report protocols understood.'),
    limits: z
      .record(z.string(), z.number())
      .readonly()
      .describe(
        'Limits of one report of a verified probe, and of its posts per second. A probe keeps to them.',
      ),
    limitsInAll: z
      .record(z.string(), z.number())
      .readonly()
      .describe(
        'Limits of all verified probes together: how many report; bytes of the bodies that are being received, and that are being decoded; nodes, connections and decoded bytes of the reports that are held; posts per second.',
      ),
    limitsOfClients: z
      .record(z.string(), z.number())
      .readonly()
      .describe(
        'Limits of all who connect: TCP connections from one address; reports being received; WebSockets that follow the map; terminals, commands and logs that are open, also of one user; bytes of large answers on their way.',
      ),
    demo: z.exactOptional(z.boolean()).describe('All that is shown is simulated.'),
  })
  .readonly()
  .meta({ id: 'AppDetails', description: 'The app itself.' })

/** `GET /api` */
export type AppDetails = z.infer<typeof appDetailsSchema>

const bytes = z.int().min(0)
const bounded = z
  .object({ bytes, maxBytes: bytes.describe('Never more, but for a single one that is larger.') })
  .readonly()

export const heldMemorySchema = z
  .object({
    reports: bounded.describe(
      'The latest reports of all verified probes, as they are decoded; those of unverified ones have a bound of their own.',
    ),
    unverifiedReports: bounded.describe(
      'The latest reports of all unverified probes, as MessagePack: each as large as the whole report that it began with and all changes since.',
    ),
    samples: bounded.describe('Samples of metrics.'),
    answers: bounded.describe('Encoded and compressed views, details and lists, for whoever asks next.'),
    details: bounded.describe('Details of nodes, and lists, as text, from which answers are encoded.'),
    sending: bounded.describe('Large answers and frames on their way; what several are sent counts once.'),
    heapBytes: bytes.describe("V8's heap, in use: reports and views are a part of it, as objects."),
    rssBytes: bytes.describe('All memory of the process.'),
  })
  .readonly()
  .meta({ id: 'HeldMemory', description: 'What the app holds in memory, and how much it may be.' })

/** What an app holds in memory, bytes. */
export type HeldMemory = z.infer<typeof heldMemorySchema>

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']).describe('`degraded`: something within the app fails, see `faults`.'),
    version: z.exactOptional(z.string()),
    probes: z.exactOptional(z.int().min(0)),
    faults: z
      .exactOptional(
        z
          .array(
            z
              .object({
                part: z.string().describe('What of the app fails, such as `events`.'),
                reason: z.string(),
                since: z.iso.datetime(),
              })
              .readonly(),
          )
          .readonly(),
      )
      .describe('What fails at the moment, or did within the last minute.'),
    memory: z.exactOptional(heldMemorySchema),
  })
  .readonly()
  .meta({
    id: 'Health',
    description: 'The app runs, and what of it fails. Who may not see the map gets only `status`.',
  })

/** `GET /health` */
export type Health = z.infer<typeof healthSchema>

export const errorBodySchema = z
  .object({
    error: z
      .object({
        code: z.string().describe('For programs, such as `unknown_view`.'),
        message: z.string().describe('What happened, to what, and what to do.'),
        field: z.exactOptional(z.string()).describe('The parameter or field that is wrong.'),
        offset: z
          .exactOptional(z.int().min(0))
          .describe('Where in the value of `field` it went wrong, in UTF-16 units.'),
      })
      .readonly(),
  })
  .readonly()
  .meta({ id: 'Error', description: 'Body of every error answer.' })

/** Body of every error answer. */
export type ErrorBody = z.infer<typeof errorBodySchema>
