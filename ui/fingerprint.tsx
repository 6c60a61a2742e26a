type FingerprintProps = {
  readonly label: string;
  /** SHA-256, hex. */
  readonly value: string;
  /** Another one beside it: the groups that differ are marked. */
  readonly unlike?: string;
};

/** A fingerprint in groups of four, as people read it out on the telephone. */
export function Fingerprint({ label, value, unlike }: FingerprintProps) {
  return (
    <figure className="fingerprint" aria-label={`${label}: ${value}`}>
      {groupsOf(value).map((group, index) => {
        const differs = unlike !== undefined && groupsOf(unlike)[index] !== group;
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a group is known by
        return differs ? <mark key={index}>{group}</mark> : <span key={index}>{group}</span>;
      })}
    </figure>
  );
}

function groupsOf(value: string): readonly string[] {
  return value.match(/.{1,4}/g) ?? [];
}
