import * as z from 'zod'
import { passwordLength, roles } from './credentials.ts'

export {
  passwordLength,
  roles,
  SECRET_HEADER,
  SOCKET_PROTOCOL,
  TICKET_PROTOCOL_PREFIX,
} from './credentials.ts'

export const roleSchema = z.enum(roles).meta({
  id: 'Role',
  description:
    '`viewer` sees the map. `operator` also controls containers. `admin` also manages users, reads the audit log, and uses ' +
    'controls that reach the host itself.',
})

/** See {@link roles}. */
export type Role = z.infer<typeof roleSchema>

/** How a request can prove who asks, see {@link whoSchema}. */
export const proofsOfIdentity = ['nothing', 'kernel', 'session', 'token', 'password', 'proxy'] as const

export const whoSchema = z
  .object({
    by: z
      .enum(proofsOfIdentity)
      .describe(
        'How the request proved who asks. `kernel`: it comes from this machine, and the kernel named a user who may see. ' +
          '`session`: signed in. `token`: a bearer token. `password`: Basic authentication. `proxy`: a header of a trusted proxy.',
      ),
    name: z.string().describe('The user, as the audit log names them; empty for `nothing`.'),
    role: z.exactOptional(roleSchema).describe('Absent when the request may see nothing.'),
    mayAct: z.boolean().describe('Whether requests like this one may change anything, within the role.'),
    why: z.exactOptional(z.string()).describe('Why signing in is needed, when `role` is absent.'),
    signIn: z
      .object({
        password: z.boolean().describe('There are users with passwords.'),
        proxy: z.boolean().describe('The request came through a trusted proxy that names its user.'),
        refused: z
          .exactOptional(z.string())
          .describe('Why nobody can sign in on this connection, such as for want of TLS, and what to do.'),
      })
      .readonly()
      .describe('How a session can be had on this connection.'),
    readOnly: z.boolean().describe('The app was started with `--app.read-only`: nobody may act.'),
  })
  .readonly()
  .meta({ id: 'Who', description: 'Who asks, and what they may do.' })

/** `GET /api/session` */
export type Who = z.infer<typeof whoSchema>

export const signInSchema = z
  .union(
    [
      z.strictObject({
        code: z.string().min(1).max(200).describe('The one-time code of a link.'),
        idempotencyKey: z
          .exactOptional(z.string().regex(/^[\w-]{22,64}$/, 'use 22 to 64 letters, digits, "_" and "-"'))
          .describe(
            'Random, with at least 128 bits. Who gets no answer sends the same code with the same key again: within a minute, and ' +
              'while the session that was opened is not used, that gives another session in its place.',
          ),
      }),
      z.strictObject({ user: z.string().min(1).max(64), password: z.string().min(1).max(1024) }),
      z.strictObject({ proxy: z.literal(true).describe('As the user whom the trusted proxy names.') }),
    ],
    'give "code", or "user" and "password", or "proxy": true',
  )
  .meta({ id: 'SignIn', description: 'Body of `POST /api/session`.' })

/** Body of `POST /api/session`. */
export type SignIn = z.infer<typeof signInSchema>

export const signedInSchema = z
  .object({
    secret: z
      .string()
      .describe(
        'Shown this once. Requests of the session send it as `Scope-Secret`, beside the cookie; neither is worth anything alone.',
      ),
    who: whoSchema,
  })
  .readonly()
  .meta({ id: 'SignedIn', description: 'A new session. Its cookie is set by the answer.' })

/** Answer of `POST /api/session`. */
export type SignedIn = z.infer<typeof signedInSchema>

export const ticketSchema = z
  .object({
    ticket: z.string().describe('Opens one WebSocket, within 30 seconds.'),
  })
  .readonly()
  .meta({ id: 'Ticket', description: 'A one-use ticket for a WebSocket of the session that asked for it.' })

/** Answer of `POST /api/ticket`. */
export type Ticket = z.infer<typeof ticketSchema>

export const sessionSchema = z
  .object({
    id: z.string().describe('Not a secret.'),
    user: z.string(),
    current: z.boolean().describe('The session that asks.'),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    from: z.string().describe('Address that signed in, on loopback with its user: `127.0.0.1 uid 1000`.'),
    agent: z.string().describe('The browser, as its `User-Agent` names it.'),
  })
  .readonly()
  .meta({ id: 'Session', description: 'A browser that is signed in.' })

/** One entry of `GET /api/sessions`. */
export type Session = z.infer<typeof sessionSchema>

export const endedSchema = z
  .object({ ended: z.int().min(0).describe('How many sessions ended.') })
  .readonly()
  .meta({ id: 'Ended', description: 'What signing out, or removing a user, has ended.' })

/** A name of a user. */
export const userNameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._@-]{0,63}$/,
    'use lower-case letters, digits, ".", "_", "@" and "-", at most 64 of them',
  )

const passwordSchema = z
  .string()
  .min(passwordLength.min, `use at least ${passwordLength.min} characters`)
  .max(passwordLength.max)

export const userSchema = z
  .object({
    name: userNameSchema,
    role: roleSchema,
    createdAt: z.iso.datetime(),
    lastSignInAt: z.exactOptional(z.iso.datetime()),
  })
  .readonly()
  .meta({ id: 'User', description: 'Somebody who can sign in with a password.' })

/** One entry of `GET /api/users`. */
export type User = z.infer<typeof userSchema>

export const newUserSchema = z
  .strictObject({ name: userNameSchema, role: roleSchema, password: passwordSchema })
  .meta({ id: 'NewUser', description: 'Body of `POST /api/users`.' })

/** Body of `POST /api/users`. */
export type NewUser = z.infer<typeof newUserSchema>

export const userChangeSchema = z
  .strictObject({ role: z.exactOptional(roleSchema), password: z.exactOptional(passwordSchema) })
  .meta({
    id: 'UserChange',
    description:
      'Body of `POST /api/users/{name}`: what is to change. A new password ends all sessions of the user.',
  })

/** Body of `POST /api/users/{name}`. */
export type UserChange = z.infer<typeof userChangeSchema>
