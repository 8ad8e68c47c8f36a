import type { RequestFacts } from '../../../src/app/access/request/request-facts.ts'
import { type AccessOptions, type AccessRules, rulesOf } from '../../../src/app/access/rules.ts'

/** A request of root on this machine, by `localhost`, without any header that matters. */
export const localFacts: RequestFacts = {
  method: 'GET',
  path: '/api/topology/hosts',
  isUpgrade: false,
  remoteAddress: '127.0.0.1',
  localAddress: '127.0.0.1',
  localPort: 4040,
  isTls: false,
  peer: { uid: 0, name: 'root', mayView: true },
  host: 'localhost:4040',
  origin: undefined,
  secFetchSite: undefined,
  authorization: undefined,
  cookie: undefined,
  secret: undefined,
  subprotocols: undefined,
  forwardedBy: [],
  forwardedFor: undefined,
  forwardedProto: undefined,
  proxyUsers: [],
  agent: 'test',
}

/** What differs in a request from another machine. */
export const fromElsewhere: Partial<RequestFacts> = {
  remoteAddress: '192.168.1.9',
  localAddress: '192.168.1.5',
  host: '192.168.1.5:4040',
  peer: { why: 'it comes from another machine' },
}

/** The rules of an app on the machine `box.example.net`. */
export const rulesWith = (options: AccessOptions = {}): AccessRules =>
  rulesOf(options, 'box.example.net', undefined)
