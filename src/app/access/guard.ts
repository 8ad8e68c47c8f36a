import type { MiddlewareHandler } from 'hono'
import type { Action, Operation } from '../../api/operations/entry/operation.ts'
import type { AuditLog } from '../../audit/audit-log.ts'
import { ApiError } from '../http/api-error.ts'
import type { AppEnv } from '../http/env.ts'
import { plainPage, wantsPage } from '../page/plain-page.ts'
import type { OpenSockets } from '../sign-in/open-sockets.ts'
import { type WatchedSubjects, whyLost } from '../sign-in/watched-subjects.ts'
import { type Authentication, authenticate, type Prove } from './authenticate.ts'
import { authorise } from './authorise.ts'
import type { LocalPeers } from './peer/local-peers.ts'
import type { Refusal } from './refusal.ts'
import { credentialsOf } from './request/credentials.ts'
import { factsOf, type RequestFacts } from './request/request-facts.ts'
import type { AccessRules } from './rules.ts'
import { refuseOtherSites, refuseUnknownHost } from './sites.ts'

/** What the guard needs. */
export interface GuardOptions {
  readonly rules: AccessRules
  readonly peers: Pick<LocalPeers, 'of'>
  readonly prove: Prove
  readonly audit: Pick<AuditLog, 'record'>
  readonly sockets: Pick<OpenSockets, 'watch'>
  readonly subjects: Pick<WatchedSubjects, 'holds'>
}

/** Middleware that all requests pass. */
export interface Guard {
  /** Reads the facts of a request, and refuses those of other pages. */
  readonly entrance: MiddlewareHandler<AppEnv>
  /** Lets pass only who may do what the operation does, and sets `authentication` in the context. */
  of(operation: Operation): MiddlewareHandler<AppEnv>
  /**
   * Of those whom {@link of} has let pass, refuses who since then is no longer what they were. It comes behind whatever a client can
   * make the app wait for, such as the body.
   */
  still(operation: Operation): MiddlewareHandler<AppEnv>
  /** Refuses requests by another name than the app's. For what has no operation: the files of the page. */
  readonly host: MiddlewareHandler<AppEnv>
}

/** Makes the guard of an app. */
export const makeGuard = ({ rules, peers, prove, audit, sockets, subjects }: GuardOptions): Guard => {
  const note = (
    facts: RequestFacts,
    { target, reason }: { readonly target: string; readonly reason: string },
    authentication?: Authentication,
  ): void =>
    audit.record({
      who: authentication?.subject.name ?? '',
      from: authentication?.connection.from ?? facts.remoteAddress ?? '',
      action: 'refused',
      target,
      result: 'refused',
      reason,
    })

  /** Notes a refusal, and returns it as the error that answers it. */
  const refusalOf = (facts: RequestFacts, refused: Refusal, authentication?: Authentication): ApiError => {
    const target = `${facts.method} ${facts.path.slice(0, MAX_PATH_LENGTH)}`
    note(facts, { target, reason: refused.message }, authentication)
    return new ApiError(refused.status, refused.code, refused.message, {
      // Never a kind that makes a browser ask for a password in a window of its own.
      headers: refused.status === 401 ? { 'www-authenticate': 'Bearer realm="Scope"' } : {},
    })
  }

  const authenticated = async (facts: RequestFacts): Promise<Authentication> => {
    const unknownHost = refuseUnknownHost(facts, rules.hosts)
    if (unknownHost !== undefined && credentialsOf(facts).bearer === undefined)
      throw refusalOf(facts, unknownHost)
    const authentication = await authenticate(facts, rules, prove)
    if (unknownHost !== undefined && authentication.subject.by !== 'token')
      throw refusalOf(facts, unknownHost, authentication)
    return authentication
  }

  return {
    entrance: async (c, next) => {
      const { incoming, upgrade } = c.env
      const facts = factsOf(incoming, {
        path: c.req.path,
        isUpgrade: upgrade !== undefined,
        peer: peers.of(incoming.socket),
        proxyHeader: rules.proxyHeader,
      })
      c.set('facts', facts)
      const refused = refuseOtherSites(facts)
      if (refused !== undefined) throw refusalOf(facts, refused)
      await next()
    },

    of:
      ({ 'x-action': action }) =>
      async (c, next) => {
        if (isOfProbes(action)) return next()
        const facts = c.get('facts')
        const authentication = await authenticated(facts)
        const refused = authorise(authentication.subject, action, rules)
        if (refused !== undefined) throw refusalOf(facts, withReason(refused, authentication), authentication)
        // Of a request that is refused, the reason says it.
        for (const { kind, why } of authentication.inVain)
          note(facts, { target: kind, reason: why }, authentication)
        c.set('authentication', authentication)
        await next()
        const { upgrade } = c.env
        const { accept } = upgrade ?? {}
        if (upgrade === undefined || accept === undefined) return
        upgrade.accept = (socket) => {
          accept(socket)
          sockets.watch(socket, authentication.subject)
        }
      },

    still:
      ({ 'x-action': action }) =>
      async (c, next) => {
        if (isOfProbes(action)) return next()
        const authentication = c.get('authentication')
        const { subject } = authentication
        if (!subjects.holds(subject)) {
          const lost = { ...subject, role: undefined, mayAct: false, why: whyLost(subject) }
          const refused = authorise(lost, action, rules)
          if (refused !== undefined) throw refusalOf(c.get('facts'), refused, authentication)
        }
        await next()
      },

    host: async (c, next) => {
      const facts = c.get('facts')
      const refused = refuseUnknownHost(facts, rules.hosts)
      if (refused === undefined) return next()
      const error = refusalOf(facts, refused)
      if (!wantsPage(c)) throw error
      const page = plainPage('Scope does not go by this name', `${refused.message}.`)
      return c.html(page, refused.status, { 'cache-control': 'no-store' })
    },
  }
}

const MAX_PATH_LENGTH = 200

// These prove themselves by signatures, to which their route attends; so they may come by any name.
const isOfProbes = (action: Action): boolean => action === 'report:write' || action === 'channel:open'

/** Tells who came with credentials what is wrong with them. */
const withReason = (refused: Refusal, { inVain }: Authentication): Refusal => {
  const insecure = inVain.find((vain) => vain.insecure)
  if (refused.status === 401 && insecure !== undefined)
    return {
      status: 403,
      code: 'insecure',
      message: `passwords, sessions and tokens do not count here, since ${insecure.why}`,
    }
  const [vain] = inVain
  return vain === undefined
    ? refused
    : { ...refused, message: `${refused.message}; what it carries does not count, since ${vain.why}` }
}
