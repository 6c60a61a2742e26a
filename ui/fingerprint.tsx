type FingerprintProps = {
  readonly label: string;
  /** SHA-256, hex. */
  readonly value: string;
};

/** A fingerprint in groups of four, as people read it out on the telephone. */
export function Fingerprint({ label, value }: FingerprintProps) {
  const groups = value.match(/.{1,4}/g) ?? [];
  return (
    <figure className="fingerprint" aria-label={`${label}: ${value}`}>
      {groups.map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a group is known by
        <span key={index}>{group}</span>
      ))}
    </figure>
  );
}
