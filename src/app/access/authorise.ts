import type { Action } from '../../api/operations/entry/operation.ts'
import { type Role, roles } from '../../api/session.ts'
import type { NodeFacts } from '../../topology/controls/rights.ts'
import type { Refusal } from './refusal.ts'
import type { AccessRules } from './rules.ts'
import type { Subject } from './subject.ts'

/** What an action takes. */
type Right =
  /** Nothing. */
  | 'anybody'
  /** A proof of a probe, which the route checks. */
  | 'probe'
  | { readonly role: Role; readonly acts: boolean }

const sees: Right = { role: 'viewer', acts: false }

const rights: Readonly<Record<Action, Right>> = {
  'app:alive': 'anybody',
  'session:read': 'anybody',
  'session:open': 'anybody',
  'report:write': 'probe',
  'channel:open': 'probe',
  'app:read': sees,
  'view:read': sees,
  'connection:read': sees,
  'event:read': sees,
  'probe:read': sees,
  'report:read': sees,
  'session:manage': { role: 'viewer', acts: true },
  'audit:read': { role: 'admin', acts: false },
  'user:manage': { role: 'admin', acts: true },
  'control:use': { role: 'operator', acts: true },
  'pipe:use': { role: 'operator', acts: true },
  'control:container': { role: 'operator', acts: true },
  'control:process': { role: 'admin', acts: true },
  'control:host': { role: 'admin', acts: true },
}

/** All actions. */
export const actions = Object.keys(rights) as Action[]

/**
 * Decides whether somebody may do something. Nothing else does: every operation of the API names its action, and each control does.
 *
 * @param node of `control:container`: without it, the container counts as one that reaches its host
 * @returns undefined when they may
 * @example
 * const refused = authorise(subject, `control:${control.kind}`, rules, factsForRights(control, node))
 * if (refused !== undefined) throw new ApiError(refused.status, refused.code, refused.message)
 */
export const authorise = (
  subject: Subject,
  action: Action,
  { readOnly, controls }: Pick<AccessRules, 'readOnly' | 'controls'>,
  node?: NodeFacts,
): Refusal | undefined => {
  const right = rights[action]
  if (right === 'anybody' || right === 'probe') return undefined
  if (subject.role === undefined) return unauthorized(subject)
  const isControl = action.startsWith('control:')
  if (readOnly && (isControl || action === 'user:manage'))
    return forbidden('read_only', 'Scope was started with --app.read-only: nobody may change anything')
  if (!controls && isControl)
    return forbidden('no_controls', 'Scope was started with --no-controls: nobody may control anything')
  if (right.acts && !subject.mayAct)
    return forbidden('sign_in', 'this takes a session: sign in with a link or a password, or send a token')
  const why = action === 'control:container' ? whyHost(node) : undefined
  const least = why === undefined ? right.role : 'admin'
  return roles.indexOf(subject.role) < roles.indexOf(least) ? tooLittle(subject, least, why) : undefined
}

const unauthorized = ({ why = 'nothing in it proves who asks' }: Subject): Refusal => ({
  status: 401,
  code: 'unauthorized',
  message:
    `sign in on the page, or send "Authorization: Bearer <token>" ("scope token" prints it): the request proves nobody who may see, ` +
    `since ${why}`,
})

const tooLittle = ({ name, role }: Subject, least: Role, why?: string): Refusal =>
  forbidden(
    'forbidden',
    `this takes the role ${least}${why === undefined ? '' : `, since ${why}`}, and ${name} is ${role}`,
  )

const forbidden = (code: string, message: string): Refusal => ({ status: 403, code, message })

/** Where Docker's socket is; `/var/run` is a link to `/run`. */
const DOCKER_SOCKETS = ['/var/run/docker.sock', '/run/docker.sock']

/** Why whoever is root in the container can be root on its host, worded to follow "since"; undefined when they cannot. */
const whyHost = (node: NodeFacts | undefined): string | undefined => {
  if (node === undefined) return 'it is not known whether that reaches the host'
  const [reason] = node.reaches
  if (reason !== undefined) return `whoever is in the container reaches its host: ${reason}`
  if (node.privileged) return 'whoever is in the container reaches its host: it is privileged'
  if (node.hostPid) return "whoever is in the container reaches its host: it is in the host's pid namespace"
  const mount = node.mounts.find(opensHost)
  return mount === undefined ? undefined : `whoever is in the container reaches its host: it mounts ${mount}`
}

const opensHost = (path: string): boolean => {
  const inside = `${path.replace(/\/+$/, '')}/`
  return DOCKER_SOCKETS.some((socket) => `${socket}/`.startsWith(inside))
}
