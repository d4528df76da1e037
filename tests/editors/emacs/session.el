;; Opens routes.py with the language server, waits for its finding, takes the preferred fix, and saves what came of it.
;; Run as: emacs --batch -q -l session.el, with the file of settings in $SETTINGS.

(require 'package)
(package-initialize)
(require 'eglot)
(load (getenv "SETTINGS"))

(setq eglot-sync-connect 60 eglot-connect-timeout 60 jsonrpc-default-request-timeout 60)

(defun last-events ()
  (with-current-buffer (jsonrpc-events-buffer (eglot-current-server))
    (buffer-substring (max (point-min) (- (point-max) 1500)) (point-max))))

(defun wait-for (what is-so)
  (let ((end (+ (float-time) 120)))
    (while (not (funcall is-so))
      (when (> (float-time) end)
        (error "Waited in vain for %s; at last there was: %s" what (last-events)))
      (accept-process-output nil 0.05)
      (flymake-start))))

(defun session ()
  (find-file "routes.py")
  (apply #'eglot--connect (eglot--guess-contact))

  (wait-for "the finding" #'flymake-diagnostics)
  (let ((found (car (flymake-diagnostics))))
    (goto-char (flymake-diagnostic-beg found))
    (message "%d:%d %s" (line-number-at-pos) (1+ (current-column)) (flymake-diagnostic-text found)))

  (let ((offered (eglot-code-actions (line-beginning-position) (line-end-position))))
    (dolist (action offered)
      (message "%s" (plist-get action :title)))
    (eglot--apply-workspace-edit
     (plist-get (seq-find (lambda (action) (eq t (plist-get action :isPreferred))) offered) :edit)))
  (eglot--signal-textDocument/didChange) ; what a pause in typing does where somebody sits in front of it
  (wait-for "the finding to go" (lambda () (not (flymake-diagnostics))))
  (save-buffer)
  (eglot-shutdown (eglot-current-server) nil 60))

(condition-case complaint
    (session)
  (error
   (message "%s" (error-message-string complaint))
   (kill-emacs 1)))
