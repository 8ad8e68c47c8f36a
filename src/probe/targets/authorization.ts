/** The header by which a probe shows the token of a target; none without a token. */
export const authorizationOf = (token: string | undefined): Readonly<Record<string, string>> =>
  token === undefined ? {} : { authorization: `Scope-Probe token=${token}` }
