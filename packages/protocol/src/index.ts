/**
 * Threshold keys and signatures of two machines that share no memory. PROTOCOL.md says what is
 * computed and sent; README.md has a key and a signature in thirty lines.
 *
 * Everything here is a function of its arguments: randomness and the ristretto255 group are passed
 * in, durable marks and messages are handed out.
 */
export {
  type AbortClass,
  type AbortCode,
  DecodeError,
  ProtocolAbort,
  UsageError,
  abortClass,
  abortCodes,
} from './abort.ts'
export { COSIGNER, DEVICE, type PartyId, type Quorum, RECOVERY } from './party.ts'
export { type Hedge, type Rng, hedgedRng, oncePerLabel } from './rng.ts'

export { equalBytes, wipe } from './core/bytes.ts'
export { H, PROTOCOL } from './core/hash.ts'
export { type Ristretto, nobleRistretto } from './core/ristretto.ts'
export { type Sodium, sodiumRistretto } from './core/ristretto-sodium.ts'
export { ECDSA, ED25519, type SuiteId, TAPROOT } from './core/suite.ts'
export { type DhKeys, dhKeys } from './core/x25519.ts'

export { type Child, InvalidChild, derive } from './hd/derive.ts'
export { type Path, parsePath, paths } from './hd/path.ts'
export { type AddressKey, addressKey } from './frost/tweak.ts'

export type { CeremonyInput } from './dkg/contribution.ts'
export { discardCeremony } from './dkg/discard.ts'
export { type AfterG1, type AfterG3, answerG2, answerG4, startCeremony } from './dkg/initiator.ts'
export { type AfterG2, type Prepared, answerG1, answerG3, answerG5 } from './dkg/responder.ts'
export {
  type Change,
  type Epochs,
  type Held,
  NO_EPOCHS,
  acceptAbort,
  acceptAck,
  activate,
  forget,
  giveUp,
  goBack,
  prepare,
  signAbort,
  signAck,
  usable,
} from './dkg/activation.ts'
export {
  type EpochNames,
  type Reconciliation,
  type Standing,
  nextOtNo,
  reconcile,
  standing,
} from './dkg/standing.ts'
export { ownCert } from './dkg/record.ts'
export {
  type AfterN1,
  type AfterN2,
  type CertifiedOt,
  type ReOtInput,
  answerN1,
  answerN2,
  answerN3,
  answerN4,
  discardReOt,
  firstOt,
  reOtContext,
  startReOt,
  withOtSetup,
} from './dkg/re-ot.ts'
export {
  HALF_WORDS,
  WHOLE_WORDS,
  drawHalf,
  drawHalfBytes,
  drawWhole,
  drawnSecret,
  fingerprint,
  isPhrase,
  joinHalves,
  phraseSecret,
} from './backup/phrase.ts'
export { badCiphertexts, restore } from './backup/restore.ts'
export {
  type BackupMode,
  type OldEpoch,
  type Proposal,
  agreeParams,
  ceremonyParams,
} from './dkg/params.ts'
export {
  type CertifiedEpoch,
  oldEpochOfRecord,
  oldEpochOfShare,
  oldSharesOf,
  verifyRecord,
} from './dkg/verify-record.ts'

export { SHARE_FORMAT, decodeShare, encodeShare } from './share/codec.ts'
export type { Backup, Device, KeyShare, OtSetup, Peer, WalletShare } from './share/share.ts'
export { validateShare } from './frost/adapter.ts'

export { openSigner, phaseOf, step } from './session/signer.ts'
export { selfTestRequest } from './session/check-request.ts'
export type {
  Effect,
  Event,
  Hedged,
  Message,
  Outcome,
  Phase,
  Signer,
} from './session/signer.types.ts'
export {
  type AttemptId,
  type Ledger,
  type Mark,
  applyMark,
  emptyLedger,
  marksOnLoad,
  mayBeSigned,
} from './session/marks.ts'
export type { Entry, SigningRequest } from './session/request.ts'
export { MAX_TRIES, type Next, rekeyDelayMs } from './session/retry.ts'
export { deadlineMs } from './session/deadline.ts'
export { decodeMessage, encodeMessage } from './session/codec.ts'
export {
  changedBy,
  decodePair,
  decodeRequest,
  encodePair,
  encodeRequest,
} from './session/ledger-codec.ts'
export { bigint, bytes, decodeRow, encodeRow, someBytes } from './rows.ts'

export { type Header, headerOf } from './wire/frame.ts'
export { ControlMessage, decodeControl, encodeControl } from './wire/messages.ts'
export { type Known, proposalMessage, readProposal } from './wire/proposal.ts'
export { enrolChallenge } from './wire/enrol.ts'
export { factorChallenge } from './wire/factor.ts'
export { policyHash } from './wire/policy.ts'
export { payloadHash, requestHash } from './wire/request-hash.ts'
export { standingIn, statusOf } from './wire/status.ts'
export {
  type Call,
  type Connecting,
  type Step as ConnectStep,
  type Terms,
  advance,
  answer,
  dial,
  readCall,
} from './wire/channel/connect.ts'
export { HandshakeError } from './wire/channel/noise.ts'
export { type Pinned, identityCard } from './wire/channel/identity.ts'
export { pairingName } from './wire/channel/pairing-name.ts'
export { type Channel, MAX_RECORD, type Opened, close, open, seal } from './wire/channel/record.ts'

export {
  EMPTY_ROOT,
  leafHash,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from './audit/merkle.ts'
export {
  type LogFault,
  type LogState,
  type SignedState,
  followCheckpoint,
  isSignedCheckpoint,
  signCheckpoint,
} from './audit/checkpoint.ts'
