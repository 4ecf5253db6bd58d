/** Who acts, as everything recorded names them: ids alone, so that erasing a person erases nothing else. */
export interface Actor {
  accountId: string | null
  /** The mandate under which a person acts: it says for which organisation. */
  mandateId: string | null
  /** The key of a programme that acts. */
  tokenId: string | null
  origin: 'page' | 'api' | 'command' | 'job' | 'mail'
}

/** Who sits at the command line of the installation. */
export const commandLine: Actor = { accountId: null, mandateId: null, tokenId: null, origin: 'command' }
