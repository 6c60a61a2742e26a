import type { ReactNode } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";

type DialogProps = {
  readonly title: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
  /** A question that must be answered: neither Escape nor a press beside it closes it. */
  readonly mustAnswer?: true;
  /** `wide` where two things stand beside each other. */
  readonly size?: "normal" | "wide";
};

/** A dialogue over the window; it is there as long as it is rendered. The focus goes back to where it was. */
export function Dialog({ title, children, onClose, mustAnswer, size = "normal" }: DialogProps) {
  const dismissable = mustAnswer === undefined;
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable={dismissable}
      isKeyboardDismissDisabled={!dismissable}
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className="dialog-place" data-size={size}>
        <AriaDialog className="dialog">
          <Heading slot="title">{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
